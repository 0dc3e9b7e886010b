"""The environment of an interpreter, made for real: packages from the lock, in a folder of its own, once."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import interpreters

SYSTEM = shutil.which("python3", path=os.defpath)


@pytest.mark.skipif(SYSTEM is None, reason="there is no python3 of the system")
def test_an_interpreter_gets_an_environment_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SYSTEM
    monkeypatch.setattr(interpreters, "ROOT", tmp_path)
    monkeypatch.setattr(interpreters, "MADE", tmp_path / "made")
    monkeypatch.setattr(interpreters, "INDEX", tmp_path / "made" / "environments.json")
    monkeypatch.setattr(interpreters, "requirements", lambda: ["certifi", "no-such-package-anywhere"])
    interpreters.prepare({"system": SYSTEM})
    python = interpreters.subject_python(SYSTEM)
    assert python is not None
    assert Path(python.program).is_relative_to(tmp_path)
    assert subprocess.run([python.program, "-c", "import certifi"], check=False).returncode == 0
    (lacks,) = tmp_path.glob("made/*/lacks.json")
    assert "no-such-package-anywhere" in lacks.read_text(encoding="utf-8")
    before = lacks.stat().st_mtime_ns
    interpreters.prepare({"system": SYSTEM})
    assert lacks.stat().st_mtime_ns == before
