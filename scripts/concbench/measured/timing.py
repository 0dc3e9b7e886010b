"""Time the timed region: one model that does the items of one workload, and the start and end of each item.

Part of the measured process: standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

import types
from threading import get_native_id
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator, Sequence
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

    from concbench.measured.api import AnyWorkload

    Fields = tuple[Any, float, float, float, int]  # the fields of Done


class Done(NamedTuple):
    """Record one item: its result, and its start and end by ``perf_counter``, one clock for all processes of a Linux machine.

    Inside the timed region this is a plain tuple, which takes half the time to make and to send between processes.
    """

    result: Any
    start: float
    end: float
    cpu: float  # seconds of CPU time used by the item's own code
    thread: int  # the kernel's thread number, unique across processes


class Timed(NamedTuple):
    """Record the timed region: from before a pool, loop or session is made until all results are in and it is closed."""

    start: float
    end: float
    items: list[Done]


@types.coroutine
def with_cpu_time(coroutine: Coroutine[Any, Any, Any]) -> Generator[Any, Any, tuple[Any, float]]:
    """Await ``coroutine``. Return its result and the CPU seconds of its own steps, without those of other tasks."""
    cpu = 0.0
    resume: Callable[[Any], Any] = coroutine.send
    value: Any = None
    while True:
        start = thread_time()
        try:
            awaited = resume(value)
        except StopIteration as stop:
            return stop.value, cpu + thread_time() - start
        cpu += thread_time() - start
        try:
            resume, value = coroutine.send, (yield awaited)
        except BaseException as error:
            resume, value = coroutine.throw, error


class TimedWorkload:
    """Wrap a workload to time each item. A model runs it as it would run the workload itself."""

    def __init__(self, workload: AnyWorkload) -> None:
        self.workload = workload

    def open(self) -> AbstractContextManager[Any]:
        return self.workload.open()

    def open_async(self) -> AbstractAsyncContextManager[Any]:
        return self.workload.open_async()

    def do(self, resource: Any, item: Any) -> Fields:
        start, cpu = perf_counter(), thread_time()
        result = self.workload.do(resource, item)
        return result, start, perf_counter(), thread_time() - cpu, get_native_id()

    async def do_async(self, resource: Any, item: Any) -> Fields:
        start = perf_counter()
        result, cpu = await with_cpu_time(self.workload.do_async(resource, item))
        return result, start, perf_counter(), cpu, get_native_id()


def timed_run(
    run: Callable[..., list[Fields]], workload: AnyWorkload, items: Sequence[Any], workers: int, **options: Any
) -> Timed:
    """Run the model once between two readings of the clock; nothing else happens between them."""
    timed_workload = TimedWorkload(workload)
    start = perf_counter()
    done = run(timed_workload, items, workers, **options)
    end = perf_counter()
    return Timed(start, end, [Done(*fields) for fields in done])
