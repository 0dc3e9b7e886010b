"""Errors in words: one line whatever was raised, and nothing of it lost on the way through a pool."""

from __future__ import annotations

import asyncio
import pickle

import pytest

from concbench.measured.errors import LONGEST, WorkFailed, describe, is_cancellation


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise SystemExit("not even its text")


class Listing(Exception):
    """Has exceptions, but is no group of them."""

    exceptions = ("a rule", "another")


class _RemoteTraceback(Exception):
    """As pools name the cause of what happened in another process."""


def remote(error: Exception, lines: str) -> Exception:
    error.__cause__ = _RemoteTraceback(f'\n"""\n{lines}"""')
    return error


@pytest.mark.parametrize(
    ("error", "described"),
    [
        (LookupError("no item 3"), "LookupError: no item 3"),
        (SystemExit(), "SystemExit"),
        (WorkFailed("SystemExit: no more"), "SystemExit: no more"),
        (Listing("of rules"), "test_errors.Listing: of rules"),
        (remote(LookupError("no item 3"), "Traceback\n  File\nLookupError: no item 3\n"), "LookupError: no item 3"),
        (
            remote(OSError("a process ended"), "Traceback\nTypeError: no number\n"),
            "OSError: a process ended (TypeError: no number)",
        ),
    ],
    ids=["usual", "silent", "of work", "no group", "known elsewhere", "caused elsewhere"],
)
def test_an_error_is_described(error: BaseException, described: str) -> None:
    assert describe(error).endswith(described)


def test_an_error_without_a_text_is_named() -> None:
    assert "Unspeakable" in describe(Unspeakable())


class Broken(Exception):
    @property
    def exceptions(self) -> object:
        raise KeyboardInterrupt("no group")


class Endless(Exception):
    @property
    def exceptions(self) -> list[Exception]:
        return [self]


@pytest.mark.parametrize("error", [Broken("one"), Endless("two")], ids=["broken", "endless"])
def test_an_error_whose_own_code_fails_is_named(error: Exception) -> None:
    assert describe(error) == f"{type(error).__name__}: {error}"


def test_an_error_that_cannot_be_formatted_keeps_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Formatting may import modules, for which there may be no file descriptor left."""

    def fail(*_: object) -> None:
        raise OSError("Too many open files")

    monkeypatch.setattr("traceback.format_exception_only", fail)
    assert describe(LookupError("no item 3")) == "LookupError: no item 3"
    assert describe(Unspeakable()) == "Unspeakable, whose text can't be shown"


def test_of_a_group_the_first_is_described() -> None:
    class Group(Exception):
        exceptions = (WorkFailed("KeyError: 'a'"), ValueError("later"))

    assert describe(Group("two")) == "KeyError: 'a'"


def test_a_description_has_an_end() -> None:
    assert len(describe(ValueError("x" * 10**6))) == LONGEST


def test_failed_work_survives_pickling() -> None:
    assert describe(pickle.loads(pickle.dumps(WorkFailed("KeyError: 'a'")))) == "KeyError: 'a'"


def test_a_cancelled_task_is_no_error_of_the_work() -> None:
    assert is_cancellation(asyncio.CancelledError())
    assert is_cancellation(GeneratorExit())
    assert not is_cancellation(SystemExit())
    assert not is_cancellation(TimeoutError())
