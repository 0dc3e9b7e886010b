"""Test the tests' own environment, in which niquests and requests are both installed."""

from __future__ import annotations

from importlib.metadata import version
from types import ModuleType

import niquests
import pytest
import requests
import urllib3


def test_the_urllib3_of_requests_is_the_one_of_the_lock() -> None:
    assert urllib3.__version__ == version("urllib3")  # type: ignore[attr-defined]


@pytest.mark.parametrize(("library", "expected"), [(requests, "urllib3"), (niquests, "urllib3_future")])
def test_each_library_runs_on_its_own(library: ModuleType, expected: str) -> None:
    assert type(library.Session().adapters["https://"].poolmanager).__module__ == f"{expected}.poolmanager"
