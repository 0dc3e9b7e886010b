"""Wait for the results of a ``multiprocessing.Pool`` without waiting for ever.

If a process of the pool ends in the middle of an item, or if a result can't be unpickled, the pool itself never says so
(https://github.com/python/cpython/issues/66587). If an item fails, it says so after all other items. Standard library alone,
Python 3.9 or newer; worker processes started by spawn or forkserver import this inside the timed region.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from concbench.measured.errors import WorkFailed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.pool import MapResult
    from multiprocessing.process import BaseProcess

LOOK_EVERY_S = 0.25


def results_of(mapped: MapResult[Any]) -> list[Any]:
    """Return the results of ``Pool.map_async``. Raise the first error as soon as there is one."""
    import threading

    pool: Any = mapped._pool  # type: ignore[attr-defined]
    handler = pool._result_handler
    processes: list[BaseProcess] = list(pool._pool)
    lost: list[str] = []
    report = threading.excepthook

    def note(raised: threading.ExceptHookArgs) -> None:
        if raised.thread is handler:
            lost.append(f"{raised.exc_type.__name__}: {raised.exc_value}")
        report(raised)

    threading.excepthook = note
    try:
        while not mapped.ready():
            mapped.wait(LOOK_EVERY_S)
            if mapped.ready():
                break
            if isinstance(mapped._value, BaseException):  # type: ignore[attr-defined]
                raise mapped._value  # type: ignore[attr-defined]
            if not handler.is_alive():
                abandon(pool)
                raise WorkFailed(f"a result could not be unpickled: {lost[0] if lost else 'the log has the traceback'}")
            ended = first_ended(processes)
            if ended:
                abandon(pool)
                raise WorkFailed(how_it_ended(ended))
        return mapped.get()
    finally:
        threading.excepthook = report


def abandon(pool: Any) -> None:
    """Kill a pool's processes. To end a broken pool as usual may wait for ever, for a lock that one of them had."""
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
    import signal

    status = process.exitcode
    if status is None:
        return "a process of the pool ended before its items were done"
    if status >= 0:
        return f"a process of the pool ended with exit status {status} before its items were done"
    try:
        return f"a process of the pool was killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"a process of the pool was killed by signal {-status}"
