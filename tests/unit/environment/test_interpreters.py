"""Test which interpreters get an environment, which are refused, and which lock they get."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.version import Version

from concbench.common.formatting import LONGEST_REASON
from concbench.common.processes import Output
from concbench.environment import interpreters
from concbench.environment.interpreter_command import Command, lacks
from concbench.environment.interpreters import NotAnInterpreter, Python, asked, make, prepare


def program(folder: Path, answer: str) -> Path:
    """Make an executable that answers any call with these words."""
    path = folder / "python-of-sorts"
    path.write_text(f"#!/bin/sh\n{answer}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_variable_that_the_interpreter_refuses_is_reported_by_name(tmp_path: Path) -> None:
    path = program(tmp_path, 'test "$PYTHON_GIL" || exit 0; echo "this build has a lock" >&2; exit 1')
    with pytest.raises(NotAnInterpreter, match=r"interpreters.mine: .* It printed 'this build has a lock'"):
        asked(path, {"PYTHON_GIL": "0"}, "mine")


def test_what_is_not_there_gets_no_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreters, "INDEX", tmp_path / "environments.json")
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


def test_one_that_does_not_answer_is_refused_and_ends_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_ended: Callable[[int], bool]
) -> None:
    monkeypatch.setattr(interpreters, "ANSWER_S", 2)
    path = program(tmp_path, f"sleep 600 & echo $! > {tmp_path}/made; mv {tmp_path}/made {tmp_path}/child; wait")
    with pytest.raises(NotAnInterpreter, match=r"interpreters.mine: .* did not answer within 2 s"):
        asked(path, {}, "mine")
    assert has_ended(int((tmp_path / "child").read_text(encoding="utf-8")))


def test_one_that_asks_for_input_gets_none(tmp_path: Path) -> None:
    with pytest.raises(NotAnInterpreter, match="It ended with exit status 1"):
        asked(program(tmp_path, "read answer"), {}, "mine")


def test_what_it_prints_reaches_no_terminal_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(NotAnInterpreter) as caught:
        asked(program(tmp_path, r"printf '\033[2J\007 x%.0s' $(seq 1000)"), {}, "mine")
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) <= LONGEST_REASON


def test_an_environment_that_cannot_be_made_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Output(2, "", "error: no space\n  left on device\n")
    monkeypatch.setattr(interpreters, "ROOT", tmp_path)
    monkeypatch.setattr(interpreters, "MADE", tmp_path / "made")
    monkeypatch.setattr(interpreters, "run_module", lambda *command: failed)
    reason = "^cannot make an environment for .*: error: no space left on device$"
    with pytest.raises(NotAnInterpreter, match=reason):
        interpreters.make(Python(Path(sys.executable), "cpython", Version("3.11")))


NO_WHEEL = "Because lumpy==1.0 has no wheels with a matching Python ABI tag, your requirements are unsatisfiable."
NO_NETWORK = "Failed to fetch: https://packages.test/lumpy/ WARNING: Retrying after connection broken by 'NewConnectionError'"
NO_FILE_BY_PIP = "error sending request ERROR: No matching distribution found for lumpy==1.0"
CLOSED_BY_PIP = f"{NO_NETWORK} ERROR: No matching distribution found for lumpy==1.0"


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Python:
    """An interpreter whose environment is made by stand-ins; urllib3-future is in it."""
    (tmp_path / "lock.txt").write_text("certifi==1.0\nlumpy==1.0\nurllib3==2.0\n", encoding="utf-8")
    monkeypatch.setattr(interpreters, "ROOT", tmp_path)
    monkeypatch.setattr(interpreters, "LOCK", tmp_path / "lock.txt")
    monkeypatch.setattr(interpreters, "MADE", tmp_path / "made")

    def venv(*words: str) -> Output:
        packages = Path(words[-1]) / "lib" / "python3.9" / "site-packages"
        (packages / "urllib3").mkdir(parents=True)
        (packages / "urllib3_future.pth").touch()
        return Output(0, "", "")

    monkeypatch.setattr(interpreters, "run_module", venv)
    path = tmp_path / "python"
    path.touch()
    return Python(path, "cpython", Version("3.9"))


def refusing(package: str, reason: str, seen: list[str] | None = None) -> Callable[[str, Path], str | None]:
    """Stand in for ``install``: one package can't be had, or from the second time on where ``seen`` counts them."""

    def install(requirements: str, python: Path) -> str | None:
        if package not in requirements:
            return None
        if seen is not None:
            seen.append(requirements)
            return reason if len(seen) > 1 else None
        return reason

    return install


@pytest.mark.parametrize("reason", [NO_WHEEL, NO_FILE_BY_PIP])
def test_a_package_that_there_is_not_for_an_interpreter_is_noted(
    other: Python, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    monkeypatch.setattr(interpreters, "install", refusing("lumpy", reason))
    folder = make(other).parent.parent
    assert json.loads((folder / "lacks.json").read_text()) == {"lumpy": reason}


@pytest.mark.parametrize("reason", [NO_NETWORK, CLOSED_BY_PIP, "Hash mismatch for lumpy", "No space left on device"])
def test_an_environment_that_an_accident_left_incomplete_is_not_taken(
    other: Python, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    monkeypatch.setattr(interpreters, "install", refusing("lumpy", reason))
    with pytest.raises(NotAnInterpreter, match="cannot install its packages"):
        make(other)
    assert not list(interpreters.MADE.glob("*/lacks.json"))
    monkeypatch.setattr(interpreters, "install", lambda requirements, python: None)
    assert lacks(Command(str(make(other)), {})) == {}


def test_an_environment_without_its_urllib3_is_not_taken(other: Python, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreters, "install", refusing("urllib3", NO_NETWORK, seen=[]))
    with pytest.raises(NotAnInterpreter, match="cannot install its packages"):
        make(other)
    assert not list(interpreters.MADE.glob("*/lacks.json"))
