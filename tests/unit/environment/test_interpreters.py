"""Test which interpreters get an environment, which are refused, and which lock they get."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from concbench.environment import interpreters
from concbench.environment.interpreters import (
    Command,
    NotAnInterpreter,
    asked,
    measured_python,
    needs_environment,
    prepare,
)


def program(folder: Path, answer: str) -> Path:
    """Make an executable that answers any call with these words."""
    path = folder / "python-of-sorts"
    path.write_text(f"#!/bin/sh\n{answer}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


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


def test_a_variable_that_the_interpreter_refuses_is_reported_by_name(tmp_path: Path) -> None:
    path = program(tmp_path, 'test "$PYTHON_GIL" || exit 0; echo "this build has a lock" >&2; exit 1')
    with pytest.raises(NotAnInterpreter, match=r"interpreters.mine: .* It printed 'this build has a lock'"):
        asked(path, {"PYTHON_GIL": "0"}, "mine")


def test_a_python_of_a_virtual_environment_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "pyvenv.cfg").touch()
    assert not needs_environment(tmp_path / "bin" / "python")


def test_any_other_gets_an_environment(tmp_path: Path) -> None:
    assert needs_environment(tmp_path / "bin" / "python")


def test_what_is_not_there_is_left_to_be_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreters, "INDEX", tmp_path / "environments.json")
    assert Command.of("python9.9").path is None
    assert measured_python("python9.9") is None
    prepare({"ghost": "python9.9"})
    assert not (tmp_path / "environments.json").exists()


def test_an_interpreter_says_what_it_is() -> None:
    python = asked(Path(sys.executable), {}, "default")
    assert python is not None
    assert (python.implementation, python.version.release) == (sys.implementation.name, sys.version_info[:2])


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("echo hello", "interpreters.mine: .* is not a Python 3 interpreter. It printed 'hello'"),
        ("echo 'no such version' >&2; exit 1", "It printed 'no such version'"),
        ("exit 3", "It ended with exit status 3."),
        ("echo cpython 3.6", "is Python 3.6. The oldest that can be measured is 3.9"),
    ],
)
def test_what_is_no_interpreter_or_too_old_is_refused_by_name(answer: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(NotAnInterpreter, match=message):
        asked(program(tmp_path, answer), {}, "mine")


def test_what_cannot_be_started_is_refused_by_name(tmp_path: Path) -> None:
    path = program(tmp_path, "")
    path.write_bytes(b"\x7fELF nothing")
    with pytest.raises(NotAnInterpreter, match=r"interpreters.mine: cannot start .*"):
        asked(path, {}, "mine")
