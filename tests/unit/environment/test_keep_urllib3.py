"""Test the tests' own environment, in which niquests and requests are both installed."""

from __future__ import annotations

import csv
from importlib.metadata import distributions, version
from types import ModuleType

import niquests
import pytest
import requests
import urllib3


def test_the_urllib3_of_requests_is_the_one_of_the_lock() -> None:
    assert urllib3.__version__ == version("urllib3")  # type: ignore[attr-defined]


def test_no_other_two_packages_have_files_in_common() -> None:
    """Otherwise adding to a linked copy of an environment would write into the one in use."""
    owners: dict[str, set[str]] = {}
    for package in distributions():
        name, record = package.metadata["Name"], package.read_text("RECORD") or ""  # ``files`` would look for each on the disk
        for file in (row[0] for row in csv.reader(record.splitlines())):
            if "__pycache__" not in file:
                owners.setdefault(file, set()).add(name)
    assert len(owners) > 1000
    shared = {file: names for file, names in owners.items() if len(names) > 1}
    assert {file: names for file, names in shared.items() if not file.startswith("urllib3/")} == {}


@pytest.mark.parametrize(("library", "expected"), [(requests, "urllib3"), (niquests, "urllib3_future")])
def test_each_library_runs_on_its_own(library: ModuleType, expected: str) -> None:
    assert type(library.Session().adapters["https://"].poolmanager).__module__ == f"{expected}.poolmanager"
