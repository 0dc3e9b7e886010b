"""Wait for the results of a ``multiprocessing.Pool`` without waiting forever.

If a process of the pool ends in the middle of an item, or if a result can't be unpickled, the pool itself never says so
(https://github.com/python/cpython/issues/66587). If an item fails, it says so after all other items. Standard library alone,
Python 3.9 or newer; worker processes started by spawn or forkserver import this inside the timed region.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from concbench.measured.errors import WorkFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.pool import MapResult
    from multiprocessing.process import BaseProcess
    from threading import Thread

LOOK_EVERY_S = 0.25


def results_of(mapped: MapResult[Any], pool: Any) -> list[Any]:
    """Return the results of ``pool.map_async``. Raise the first error as soon as there is one."""
    processes: list[BaseProcess] = list(pool._pool)
    with errors_of(pool._result_handler) as lost:
        while not mapped.ready():
            mapped.wait(LOOK_EVERY_S)
            error = None if mapped.ready() else error_of(mapped, pool, processes, lost)
            if error:
                abandon(pool)
                raise error
    return mapped.get()


@contextmanager
def errors_of(thread: Thread) -> Iterator[list[str]]:
    """Meanwhile list the errors that end a thread; they are reported as usual, too."""
    import threading

    found: list[str] = []
    report = threading.excepthook

    def note(raised: threading.ExceptHookArgs) -> None:
        if raised.thread is thread:
            found.append(f"{raised.exc_type.__name__}: {raised.exc_value}")
        report(raised)

    threading.excepthook = note
    try:
        yield found
    finally:
        threading.excepthook = report


def error_of(mapped: Any, pool: Any, processes: Sequence[BaseProcess], lost: Sequence[str]) -> BaseException | None:
    """Return the error by which the map will fail, or why it would never end; None if it goes on."""
    if isinstance(mapped._value, BaseException):
        return mapped._value
    if not pool._result_handler.is_alive():
        return WorkFailed(f"a result could not be unpickled: {lost[0] if lost else 'the log has the traceback'}")
    ended = first_ended(processes)
    return WorkFailed(how_it_ended(ended)) if ended else None


def abandon(pool: Any) -> None:
    """Kill a pool's processes. To end it as usual may take as long as its items, or forever where one died with a lock."""
    pool._worker_handler._state = "TERMINATE"  # so that it doesn't start others
    pool._terminate.cancel()
    for process in list(pool._pool):
        process.kill()


def first_ended(processes: Sequence[BaseProcess]) -> BaseProcess | None:
    """Return a process that has ended, also where something else has waited for it; None if all are alive."""
    from multiprocessing.connection import wait

    ended = wait([process.sentinel for process in processes], timeout=0)
    return next((one for one in processes if one.sentinel in ended or one.exitcode is not None), None)


def how_it_ended(process: BaseProcess) -> str:
    """Say how a process of the pool ended."""
    from concbench.measured.children import signal_name

    status = process.exitcode
    if status is None:
        return "a process of the pool ended before its items were done"
    if status >= 0:
        return f"a process of the pool ended with exit status {status} before its items were done"
    return f"a process of the pool was killed by {signal_name(-status)}"
