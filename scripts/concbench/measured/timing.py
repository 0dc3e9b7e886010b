"""The timed region: one model running one workload's items, and when each item started and ended.

Part of the measured process: standard library alone, any Python from 3.9 on.
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

    Fields = tuple[Any, float, float, float, int]  # those of Done


class Done(NamedTuple):
    """One item as it was done; times by ``perf_counter``, one clock for all processes of a Linux machine.

    In the timed region it is a plain tuple, which is made and sent between processes in half the time.
    """

    result: Any
    start: float
    end: float
    cpu: float  # seconds of CPU time taken by the item's own code
    thread: int  # by the kernel's number, one of its own for each thread of each process


class Timed(NamedTuple):
    """The timed region: from before the pool, loop or session is made until all results are in and it is closed."""

    start: float
    end: float
    items: list[Done]


@types.coroutine
def with_cpu_time(coroutine: Coroutine[Any, Any, Any]) -> Generator[Any, Any, tuple[Any, float]]:
    """Await ``coroutine``; give its result and the CPU time of its own steps, without those of other tasks."""
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
    """Stands in for a workload before a model, which runs it as it would the workload itself, and times each item."""

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
    """Run the model once, by the clock. Nothing else of the harness happens between the two readings."""
    timed_workload = TimedWorkload(workload)
    start = perf_counter()
    done = run(timed_workload, items, workers, **options)
    end = perf_counter()
    return Timed(start, end, [Done(*fields) for fields in done])
