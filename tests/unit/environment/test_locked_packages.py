"""Test the lock of the packages for interpreters under test."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from concbench.common.processes import Output
from concbench.environment import interpreters, locked_packages
from concbench.environment.interpreters import Python
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


def test_an_installer_that_takes_too_long_is_ended_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locked_packages, "INSTALL_S", 0.2)
    (tmp_path / "slow.py").write_text("import time; time.sleep(600)", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = locked_packages.run_module("slow")
    assert (done.status, done.err) == (locked_packages.TIMED_OUT, "slow took more than 0.2 s")
    monkeypatch.setattr(locked_packages, "run_module", lambda *command: done)
    reason = locked_packages.install("lumpy==1.0", tmp_path / "python")
    assert reason == "slow took more than 0.2 s slow took more than 0.2 s"
    assert not locked_packages.is_lack(reason)


def test_what_an_installer_says_and_how_it_ends_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "says.py").write_text("import sys; print('out'); sys.exit('err')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert locked_packages.run_module("says") == Output(1, "out\n", "err\n")
