"""Try how much faster some items are in threads, and in an event loop. The pilot alone uses this.

Standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from math import ceil
from time import perf_counter
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from concbench.measured.pilot_answer import SpeedUp

if TYPE_CHECKING:
    from collections.abc import Sequence

    Take = Callable[[int], Sequence[Any]]  # makes a number of items; fewer if there are no more

WORKERS = (2, 4, 8, 16, 32, 64)
GAIN = 1.15  # more workers must be this much faster, or no more are tried
MOST = 50_000  # items


class Work(NamedTuple):
    """Describe items that are to be done concurrently."""

    take: Take
    item_s: float  # one after the other, on average
    span_s: float  # that a number of workers is tried for
    until: float  # no further number of workers is tried after this


def speedups(work: Work, took_s: Callable[[Sequence[Any], int], float]) -> list[SpeedUp]:
    """Try more and more workers while that helps and there is time; ``took_s`` does items with some workers."""
    found: list[SpeedUp] = []
    for workers in WORKERS:
        items = work.take(min(MOST, max(workers, ceil(work.span_s * workers / work.item_s))))
        if len(items) < workers or perf_counter() + work.item_s > work.until:
            break
        found.append(SpeedUp(workers, len(items) * work.item_s / took_s(items, workers)))
        before = found[-2].speedup if len(found) > 1 else 1.0
        if found[-1].speedup < GAIN * before:
            break
    return found


def thread_speedups(workload: Any, work: Work) -> list[SpeedUp]:
    """Try threads, each with a resource of its own. Raise what one of them raises."""
    return speedups(work, lambda items, workers: threads_took_s(workload, items, workers))


def threads_took_s(workload: Any, items: Sequence[Any], workers: int) -> float:
    """Do items in threads, and return the seconds from when all have opened their resources. Raise what one of them raises."""
    todo, errors, begin = deque(items), [], threading.Barrier(workers)
    starts, ends = [], []

    def work() -> None:
        try:
            with workload.open() as resource:
                begin.wait()
                starts.append(perf_counter())
                do_all(workload, resource, todo)
                ends.append(perf_counter())
        except threading.BrokenBarrierError:  # another one has failed
            return
        except BaseException as error:
            errors.append(error)
            todo.clear()
            begin.abort()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if errors:
        raise errors[0]
    return max(ends) - min(starts)


def do_all(workload: Any, resource: Any, todo: deque[Any]) -> None:
    """Do items until none is left."""
    while True:
        try:
            item = todo.popleft()
        except IndexError:
            return
        workload.do(resource, item)


def async_item_s(workload: Any, items: Sequence[Any], seconds: float) -> list[float]:
    """Await items one after the other in an event loop for some time, and return what each took; at least one."""

    async def work() -> list[float]:
        times: list[float] = []
        async with workload.open_async() as resource:
            end = perf_counter() + seconds
            for item in items:
                start = perf_counter()
                await workload.do_async(resource, item)
                times.append(perf_counter() - start)
                if perf_counter() > end:
                    break
        return times

    return asyncio.run(work())


def task_speedups(workload: Any, work: Work) -> list[SpeedUp]:
    """Try tasks in an event loop. Raise what the first of them raises."""
    return speedups(work, lambda items, workers: asyncio.run(tasks_took_s(workload, items, workers)))


async def tasks_took_s(workload: Any, items: Sequence[Any], workers: int) -> float:
    """Do items in an event loop, some at a time, and return the seconds from when the resource is open."""
    todo = deque(items)

    async def work() -> None:
        while todo:
            await workload.do_async(resource, todo.popleft())

    async with workload.open_async() as resource:
        start = perf_counter()
        await asyncio.gather(*(work() for _ in range(workers)))
        return perf_counter() - start
