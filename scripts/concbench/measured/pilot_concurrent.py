"""Try how much faster some items are in threads, and in an event loop. The pilot alone uses this.

Standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from contextlib import contextmanager, nullcontext
from math import ceil
from time import perf_counter, process_time, thread_time
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from concbench.measured.pilot_answer import SpeedUp
from concbench.measured.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator, Sequence
    from contextlib import AbstractContextManager

    Take = Callable[[int], Sequence[Any]]  # makes a number of items; fewer if there are no more
    Await = Callable[[Coroutine[Any, Any, Any]], Any]  # runs a coroutine in an event loop, and returns its result

WORKERS = (2, 4, 8, 16, 32, 64)
COMPUTES = 0.5  # items that use a CPU for more of their time compute
GAIN = 1.15  # more workers must be this much faster, or no more are tried
MOST = 50_000  # items


class Work(NamedTuple):
    """Describe items that are to be done concurrently."""

    take: Take
    item_s: float  # one after the other, on average
    item_cpu_s: float  # CPU time of that
    span_s: float  # that a number of workers is tried for
    until: float  # no further number of workers is tried after this


class Took(NamedTuple):
    """Say how long items took some workers, and how much CPU time all of them used."""

    seconds: float
    cpu_s: float


def speedups(work: Work, took: Callable[[Sequence[Any], int], Took]) -> list[SpeedUp]:
    """Try more and more workers while that helps and there is time; ``took`` does items with some workers."""
    found: list[SpeedUp] = []
    for workers in WORKERS:
        items = work.take(min(MOST, max(workers, ceil(work.span_s * workers / work.item_s))))
        if len(items) < workers or perf_counter() + work.item_s > work.until:
            break
        gain = speedup(work, len(items), took(items, workers))
        found.append(SpeedUp(workers, min(workers, gain)))  # more comes from a cache that items done before have filled
        before = found[-2].speedup if len(found) > 1 else 1.0
        if found[-1].speedup < GAIN * before:
            break
    return found


def speedup(work: Work, items: int, took: Took) -> float:
    """Return how many times as fast some workers were.

    Workers that compute are no faster than their CPU time allows. On a busy machine, two get more of the CPUs than one does.
    """
    found = items * work.item_s / took.seconds
    computes = work.item_cpu_s > COMPUTES * work.item_s
    return min(found, took.cpu_s / took.seconds) if computes else found


def cpu_s() -> float:
    """Return the CPU time that this process and its programs have used so far."""
    programs = Usage.of_descendants()
    return process_time() + programs.cpu_user_s + programs.cpu_system_s


def lasting(workload: Any) -> AbstractContextManager[None]:
    """Close the resource that all threads share, if there is one, at the end of the context."""
    shared = getattr(workload, "shared", None)
    lasts: AbstractContextManager[None] = shared.lasting() if shared else nullcontext()
    return lasts


def thread_speedups(workload: Any, work: Work) -> list[SpeedUp]:
    """Try threads, each with a resource of its own, or one for all. Raise what one of them raises."""
    with lasting(workload):
        return speedups(work, lambda items, workers: threads_took(workload, items, workers))


def threads_took(workload: Any, items: Sequence[Any], workers: int) -> Took:
    """Do items in threads, and return the time from when all have opened their resources. Raise what one of them raises."""
    todo, errors, begin = deque(items), [], threading.Barrier(workers)
    starts, ends, used_s = [], [], cpu_s()

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
    try:
        for one in threads:
            one.start()
    except RuntimeError:  # the system allows no more; those that wait for it must end
        begin.abort()
        raise
    for one in threads:
        one.join()
    if errors:
        raise errors[0]
    return Took(max(ends) - min(starts), cpu_s() - used_s)


def do_all(workload: Any, resource: Any, todo: deque[Any]) -> None:
    """Do items until none is left."""
    while True:
        try:
            item = todo.popleft()
        except IndexError:
            return
        workload.do(resource, item)


@contextmanager
def event_loop() -> Iterator[Await]:
    """Run coroutines in one event loop, as a run does: a client that the file made for all items may be bound to its loop."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield loop.run_until_complete
    finally:
        loop.run_until_complete(end_tasks())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        asyncio.set_event_loop(None)
        loop.close()


async def end_tasks() -> None:
    """Cancel all other tasks of this event loop."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class Awaited(NamedTuple):
    """Record items that were awaited one after the other."""

    item_s: list[float]
    results: list[Any]
    thread_cpu_s: float
    process_cpu_s: float


async def awaited(workload: Any, items: Sequence[Any], seconds: float) -> Awaited:
    """Await items one after the other for some time; at least one."""
    times: list[float] = []
    results: list[Any] = []
    async with workload.open_async() as resource:
        process_s, thread_s = process_time(), thread_time()
        end = perf_counter() + seconds
        for item in items:
            start = perf_counter()
            results.append(await workload.do_async(resource, item))
            times.append(perf_counter() - start)
            if perf_counter() > end:
                break
        thread_s, process_s = thread_time() - thread_s, process_time() - process_s
    return Awaited(times, results, thread_s, process_s)


def task_speedups(workload: Any, work: Work, run: Await) -> list[SpeedUp]:
    """Try tasks in an event loop. Raise what the first of them raises."""
    return speedups(work, lambda items, workers: run(tasks_took(workload, items, workers)))


async def tasks_took(workload: Any, items: Sequence[Any], workers: int) -> Took:
    """Do items in an event loop, some at a time, and return the time from when the resource is open."""
    todo = deque(items)

    async def work() -> None:
        while todo:
            await workload.do_async(resource, todo.popleft())

    async with workload.open_async() as resource:
        used_s, start = cpu_s(), perf_counter()
        await asyncio.gather(*(work() for _ in range(workers)))
        return Took(perf_counter() - start, cpu_s() - used_s)
