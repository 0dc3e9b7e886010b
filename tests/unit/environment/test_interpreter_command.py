"""Test which Python does a run: an interpreter's own, or that of its environment."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from concbench.environment import interpreter_command
from concbench.environment.interpreter_command import Command, environments, lacks, measured_python, needs_environment


def test_the_pipelines_own_python_is_taken_as_it_is() -> None:
    assert not needs_environment(Path(sys.executable))
    assert measured_python(sys.executable) == Command(sys.executable, {})


@pytest.mark.parametrize(
    ("text", "program_", "variables"),
    [
        ("python3.9", "python3.9", {}),
        ("/a path/with spaces=yes/python", "/a path/with spaces=yes/python", {}),
        ("PYTHON_GIL=1 python3.14t", "python3.14t", {"PYTHON_GIL": "1"}),
        ("A=x=y  B= /a path/python", "/a path/python", {"A": "x=y", "B": ""}),
    ],
)
def test_variables_before_the_program_are_set_for_it(text: str, program_: str, variables: dict[str, str]) -> None:
    assert Command.of(text) == Command(program_, variables)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"python": 3}', "\udc80", "[" * 100_000], ids=lambda text: text[:20])
def test_a_damaged_list_of_environments_counts_as_none(content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreter_command, "INDEX", tmp_path / "environments.json")
    interpreter_command.INDEX.write_bytes(content.encode(errors="surrogateescape"))
    assert environments() == {}
    (tmp_path / "lacks.json").write_bytes(interpreter_command.INDEX.read_bytes())
    assert lacks(Command(str(tmp_path / "bin" / "python"), {})) == {}


@pytest.mark.parametrize("mark", ["pyvenv.cfg", "conda-meta"])
def test_a_python_of_a_virtual_environment_is_taken_as_it_is(mark: str, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / mark).touch()
    assert not needs_environment(tmp_path / "bin" / "python")


def test_any_other_gets_an_environment(tmp_path: Path) -> None:
    assert needs_environment(tmp_path / "bin" / "python")


def test_an_interpreter_that_is_not_there_has_no_python() -> None:
    assert Command.of("python9.9").path is None
    assert measured_python("python9.9") is None


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a Python that needs an environment. The list of environments is empty."""
    monkeypatch.setattr(interpreter_command, "INDEX", tmp_path / "environments.json")
    path = tmp_path / "bin" / "python3.99"
    path.parent.mkdir()
    path.touch(mode=0o755)
    return path


def test_an_environments_python_does_the_runs_of_its_interpreter(elsewhere: Path) -> None:
    assert measured_python(f"A=1 {elsewhere}") == Command(str(elsewhere), {"A": "1"})
    interpreter_command.INDEX.write_text(json.dumps({str(elsewhere): "/made/bin/python"}), encoding="utf-8")
    assert measured_python(f"A=1 {elsewhere}") == Command("/made/bin/python", {"A": "1"})


def test_an_interpreter_that_could_get_no_environment_counts_as_not_there(elsewhere: Path) -> None:
    interpreter_command.INDEX.write_text(json.dumps({str(elsewhere): ""}), encoding="utf-8")
    assert measured_python(str(elsewhere)) is None
