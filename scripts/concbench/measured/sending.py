"""Find what could not be sent between processes, if that is why a run failed.

Used outside the timed region. Standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from concbench.measured.errors import WorkFailed, describe
from concbench.measured.protocol import NotMeasured
from concbench.measured.results import unfinished_result
from concbench.measured.status import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

UNSENDABLE = ("pickle", "NotShareableError")  # in the errors of processes and of subinterpreters
REMEDY = "Use plain values and functions with names, or a model without processes."


def not_sent(error: BaseException, method: str, workload: Any, items: Sequence[Any]) -> NotMeasured | None:
    """Return what a pool of processes could not send, if that is why it failed: an item, or a result."""
    if isinstance(error, WorkFailed) or not any(word in describe(error) for word in UNSENDABLE):
        return None
    items_called, called = getattr(workload, "items_called", "the items"), getattr(workload, "called", "do()")
    with suppress(BaseException):
        for number, item in enumerate(items):
            if why := unpicklable(item):
                return unsent(f"item {number} of {items_called}", "to", why)
        if method != "do":
            return None
        with again(workload) as do:
            result = do(items[0])
        if wrong := unfinished_result("do", 0, result):
            return NotMeasured(Status.INVALID, wrong)
        if why := unpicklable(result):
            return unsent(f"the result of {called} for item 0", "from", why)
    return None


def unsent(what: str, way: str, why: str) -> NotMeasured:
    """Say what can't be sent to or from another process."""
    return NotMeasured(Status.FAILED, f"{what} can't be sent {way} another process ({why}). {REMEDY}")


@contextmanager
def again(workload: Any) -> Iterator[Callable[[Any], Any]]:
    """Open what a worker needs, and give a function that does an item, after the run."""
    if hasattr(workload, "again"):
        with workload.again() as do:
            yield do
    else:
        with workload.open() as resource:
            yield lambda item: workload.do(resource, item)


def unpicklable(value: Any) -> str | None:
    """Return why a value can't be pickled; None if it can."""
    import pickle

    try:
        pickle.dumps(value)
    except Exception as error:
        return describe(error)
    return None
