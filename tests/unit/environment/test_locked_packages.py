"""Test the lock of the packages for interpreters under test."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from concbench.environment import interpreters
from concbench.environment.interpreters import (
    Python,
)
from concbench.environment.locked_packages import pins


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15", "3.99"])
@pytest.mark.parametrize("implementation", ["cpython", "pypy"])
def test_the_lock_has_one_version_of_each_package_for_an_interpreter(implementation: str, version: str) -> None:
    wanted = pins(interpreters.LOCK, Python(Path("python"), implementation, Version(version)).markers)
    assert {"requests", "aiohttp", "urllib3", "numpy"} <= wanted.keys()
    for name, pin in wanted.items():
        assert len([line for line in pin.splitlines() if not line.startswith(" ")]) == 1, name


def test_an_interpreter_gets_what_its_version_can_have() -> None:
    old, new = (pins(interpreters.LOCK, Python(Path("python"), "cpython", Version(one)).markers) for one in ("3.9", "3.14"))
    assert old["numpy"] != new["numpy"]
    assert "async-timeout" in old
    assert "async-timeout" not in new
    assert "greenlet" not in pins(interpreters.LOCK, Python(Path("python"), "pypy", Version("3.11")).markers)
