"""Describe errors, and carry what the work raised through every model.

Standard library alone, Python 3.9 or newer. Worker processes started by spawn or forkserver import this inside the timed
region. It imports nothing that pools and event loops don't import themselves, and nothing at the time of an error: there may
be no file descriptor left to do so.
"""

from __future__ import annotations

import traceback
from contextlib import suppress

LONGEST = 10_000  # characters of a description
CANCELLATIONS = ("CancelledError", "Cancelled", "GeneratorExit")  # of asyncio, of trio and of coroutines that are closed


class WorkFailed(Exception):
    """Report what the work raised; the only argument describes it.

    A pool pickles what it is to raise elsewhere. Many exceptions can't be unpickled, and those that end a program, such as
    SystemExit, end a worker process or an event loop instead of being reported. This one passes through every model.
    """


def describe(error: BaseException) -> str:
    """Describe an error in a line; for a group of errors, the first."""
    for words in (description, lambda error: f"{type(error).__name__}: {error}"):
        with suppress(BaseException):  # raised by the error's own code; or there is no file descriptor left to format it
            return words(error)[:LONGEST]
    return f"{type(error).__name__}, whose text can't be shown"


def describe_work(error: BaseException, workload: object) -> str:
    """Describe what the work raised, with its place if the workload knows that."""
    place = getattr(workload, "place", None)
    return describe(error) + (place(error) if place and not isinstance(error, WorkFailed) else "")


def line_in(error: BaseException, file: str) -> int | None:
    """Return the line of a file at which it raised an error, or called what did; None if it had no part in it."""
    line = getattr(error, "lineno", None) if getattr(error, "filename", None) == file else None
    at = error.__traceback__
    while at:
        if at.tb_frame.f_code.co_filename == file:
            line = at.tb_lineno
        at = at.tb_next
    return line


def description(error: BaseException) -> str:
    if isinstance(error, WorkFailed):
        return str(error)
    group = getattr(error, "exceptions", None)
    if isinstance(group, (list, tuple)) and group and isinstance(group[0], BaseException):
        return description(group[0])
    text = "".join(traceback.format_exception_only(type(error), error)).strip()
    return text + cause_elsewhere(error, text)


def cause_elsewhere(error: BaseException, text: str) -> str:
    """Return what happened in another process, if a pool says so and ``text`` doesn't."""
    if type(error.__cause__).__name__ != "_RemoteTraceback":
        return ""
    lines = [line.strip() for line in str(error.__cause__).splitlines() if line.strip("'\" ")]
    return f" ({lines[-1]})" if lines and lines[-1] not in text else ""


def log_error() -> None:
    """Write the traceback of the current error to the log, unless the work has closed it."""
    with suppress(Exception):
        traceback.print_exc()


def is_cancellation(error: BaseException) -> bool:
    """Check whether an event loop or a scope raised this to end a task, so that it must see it again."""
    return not isinstance(error, Exception) and type(error).__name__ in CANCELLATIONS
