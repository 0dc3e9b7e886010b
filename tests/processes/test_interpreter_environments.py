"""Test that an interpreter's environment is made once, in its own folder, with verified packages from the lock."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from concbench.environment import interpreter_command, interpreters
from concbench.environment.interpreter_command import measured_python
from concbench.environment.interpreters import NotAnInterpreter
from concbench.environment.locked_packages import pins

SYSTEM = shutil.which("python3", path=os.defpath)
NOWHERE = f"no-such-package-anywhere==1.0 \\\n    --hash=sha256:{'0' * 64}\n"
LOCK = interpreters.LOCK
CERTIFI = pins(LOCK)["certifi"]
FORGED = re.sub(r"sha256:[0-9a-f]{64}", f"sha256:{'0' * 64}", CERTIFI)

pytestmark = pytest.mark.skipif(SYSTEM is None, reason="there is no python3 of the system")


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of a lock for all interpreters, to be written by the test."""
    monkeypatch.setattr(interpreters, "ROOT", tmp_path)
    monkeypatch.setattr(interpreters, "LOCK", tmp_path / "interpreters.txt")
    monkeypatch.setattr(interpreters, "MADE", tmp_path / "made")
    for module in (interpreters, interpreter_command):
        monkeypatch.setattr(module, "INDEX", tmp_path / "made" / "environments.json")
    return tmp_path / "interpreters.txt"


def has_certifi() -> bool:
    assert SYSTEM
    python = measured_python(SYSTEM)
    assert python is not None
    assert Path(python.program).is_relative_to(interpreters.MADE)
    return subprocess.run([python.program, "-c", "import certifi"], capture_output=True, check=False).returncode == 0


def test_an_interpreter_gets_an_environment_once_of_what_can_be_had(lock: Path) -> None:
    assert SYSTEM
    lock.write_text(CERTIFI + NOWHERE, encoding="utf-8")
    interpreters.prepare({"system": SYSTEM})
    assert has_certifi()
    (lacks,) = lock.parent.glob("made/*/lacks.json")
    assert list(json.loads(lacks.read_text(encoding="utf-8"))) == ["no-such-package-anywhere"]
    before = lacks.stat().st_mtime_ns
    interpreters.prepare({"system": SYSTEM})
    assert lacks.stat().st_mtime_ns == before


def test_what_another_version_needs_is_neither_installed_nor_missed(lock: Path) -> None:
    assert SYSTEM
    lock.write_text(CERTIFI + NOWHERE.replace("1.0", "1.0 ; python_full_version < '3.9'"), encoding="utf-8")
    interpreters.prepare({"system": SYSTEM})
    assert has_certifi()
    (lacks,) = lock.parent.glob("made/*/lacks.json")
    assert json.loads(lacks.read_text(encoding="utf-8")) == {}


def test_a_package_whose_hash_is_not_that_of_the_lock_is_not_installed(lock: Path) -> None:
    assert SYSTEM
    lock.write_text(FORGED + NOWHERE, encoding="utf-8")
    with pytest.raises(NotAnInterpreter, match=r"cannot install its packages \(.*[Hh]ash"):
        interpreters.prepare({"system": SYSTEM})
    assert not list(lock.parent.glob("made/*/lacks.json"))


def test_requests_keeps_its_urllib3_when_niquests_is_installed(lock: Path) -> None:
    assert SYSTEM
    wanted = pins(LOCK)
    lock.write_text(wanted["urllib3"] + wanted["urllib3-future"], encoding="utf-8")
    interpreters.prepare({"system": SYSTEM})
    python = measured_python(SYSTEM)
    assert python is not None
    versions = "from importlib.metadata import version; import urllib3; print(version('urllib3'), urllib3.__version__)"
    said = subprocess.run([python.program, "-c", versions], capture_output=True, text=True, check=True).stdout
    installed, found = said.split()
    assert found == installed
    assert f"urllib3=={installed} " in wanted["urllib3"]
    subprocess.run([python.program, "-c", "import urllib3_future"], capture_output=True, check=True)
