"""Time the timed region: one model that does the items of one workload, and the start and end of each item.

Timing an item takes about two microseconds. Where this is more than a tenth of the item, each process times its first few
items alone, so that the elapsed time is that of the work.

Part of the measured process: standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

import types
from threading import get_native_id
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from concbench.measured.errors import WorkFailed, describe_work, is_cancellation

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator, Sequence
    from contextlib import AbstractAsyncContextManager, AbstractContextManager
    from resource import struct_rusage

    from concbench.measured.api import AnyWorkload

    Fields = tuple[Any, ...]  # the fields of Done; of an untimed item, the first alone

SHORT = 10  # an item is short if it takes less than this many times the cost of timing it
TRIED = 5  # items that a process times before it decides whether they are short; odd, for their median
ROUNDS, CALLS = 5, 20  # to find out the cost of timing an item


class Done(NamedTuple):
    """Record one item: its result, and its start and end by ``perf_counter``, one clock for all processes of a Linux machine.

    Inside the timed region this is a plain tuple, which takes half the time to make and to send between processes. An item
    that wasn't timed has its result alone.
    """

    result: Any
    start: float | None = None
    end: float | None = None
    cpu: float | None = None  # seconds of CPU time used by the item's own code
    thread: int | None = None  # the kernel's thread number, unique across processes


class Timed(NamedTuple):
    """Record the timed region: from before a pool, loop or session is made until all results are in and it is closed."""

    start: float
    end: float
    items: list[Done]
    own_before: struct_rusage  # what this process had used just before the start, without its children
    own_after: struct_rusage


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
    """Wrap a workload to time each item. A model runs it as it would run the workload itself.

    Whatever the work raises becomes a ``WorkFailed``, which every model can report.

    Args:
        workload: The workload.
        cost_s: Seconds that timing an item takes, from ``cost_of_timing``; 0 to time all items.
    """

    def __init__(self, workload: AnyWorkload, cost_s: float = 0.0) -> None:
        self.workload = workload
        self.cost_s = cost_s
        self.tried_s: list[float] = []

    def open(self) -> AbstractContextManager[Any]:
        return Opening(self)

    def open_async(self) -> AbstractAsyncContextManager[Any]:
        return AsyncOpening(self.workload)

    def do(self, resource: Any, item: Any) -> Fields:
        """Do and time one of the first items. Then this name stands for ``do_timed`` or a function that ``untimed`` returns."""
        done = self.do_timed(resource, item)
        if self.are_short(done):
            self.do = untimed(self.workload)  # type: ignore[assignment, method-assign]
        elif len(self.tried_s) >= TRIED:
            self.do = self.do_timed  # type: ignore[method-assign]
        return done

    def do_timed(self, resource: Any, item: Any) -> Fields:
        start, cpu = perf_counter(), thread_time()
        try:
            result = self.workload.do(resource, item)
        except BaseException as error:
            raise WorkFailed(describe_work(error, self.workload)) from error
        return result, start, perf_counter(), thread_time() - cpu, get_native_id()

    async def do_async(self, resource: Any, item: Any) -> Fields:
        """Do and time one of the first items. Then this name stands for one of the two below."""
        done = await self.do_async_timed(resource, item)
        if self.are_short(done):
            self.do_async = self.do_async_untimed  # type: ignore[method-assign]
        elif len(self.tried_s) >= TRIED:
            self.do_async = self.do_async_timed  # type: ignore[method-assign]
        return done

    async def do_async_timed(self, resource: Any, item: Any) -> Fields:
        start = perf_counter()
        try:
            result, cpu = await with_cpu_time(self.workload.do_async(resource, item))
        except BaseException as error:
            if is_cancellation(error):
                raise
            raise WorkFailed(describe_work(error, self.workload)) from error
        return result, start, perf_counter(), cpu, get_native_id()

    async def do_async_untimed(self, resource: Any, item: Any) -> Fields:
        try:
            return (await self.workload.do_async(resource, item),)
        except BaseException as error:
            if is_cancellation(error):
                raise
            raise WorkFailed(describe_work(error, self.workload)) from error

    def are_short(self, done: Fields) -> bool:
        """Note the time of one of the first items. Check whether there are enough of them, and they are short."""
        _, start, end, *_ = done
        self.tried_s.append(end - start)
        return len(self.tried_s) >= TRIED and sorted(self.tried_s)[len(self.tried_s) // 2] < SHORT * self.cost_s

    def refuse(self, error: BaseException) -> None:
        """Have every item fail by an error that kept a worker from opening its resource."""

        def do(*_: Any) -> Fields:
            raise WorkFailed(describe_work(error, self.workload)) from error

        self.do = do  # type: ignore[assignment, method-assign]


def untimed(workload: Any) -> Callable[[Any, Any], Fields]:
    """Return the shortest way to do a workload's items without their times.

    A workload whose items need no resource may name its ``function`` of an item.
    """
    function: Any = getattr(workload, "function", None)
    do = workload.do

    def do_function(_resource: Any, item: Any) -> Fields:
        try:
            return (function(item),)
        except BaseException as error:
            raise WorkFailed(describe_work(error, workload)) from error

    def do_untimed(resource: Any, item: Any) -> Fields:
        try:
            return (do(resource, item),)
        except BaseException as error:
            raise WorkFailed(describe_work(error, workload)) from error

    return do_function if function else do_untimed


class Opening:
    """Open a worker's resource. If that fails, its items fail by the same error.

    Pools open resources in an initializer, whose error they don't pass on.
    """

    def __init__(self, timed: TimedWorkload) -> None:
        self.timed = timed
        self.opened: AbstractContextManager[Any] | None = None

    def __enter__(self) -> Any:
        try:
            opened = self.timed.workload.open()
            resource = opened.__enter__()
        except BaseException as error:
            self.timed.refuse(error)
            return None
        self.opened = opened
        return resource

    def __exit__(self, *raised: Any) -> bool | None:
        return self.opened.__exit__(*raised) if self.opened else None


class AsyncOpening:
    """Open and close the resource of an event loop; an error in this passes through every model."""

    def __init__(self, workload: AnyWorkload) -> None:
        self.workload = workload

    async def __aenter__(self) -> Any:
        try:
            self.opened = self.workload.open_async()
            return await self.opened.__aenter__()
        except BaseException as error:
            if is_cancellation(error):
                raise
            raise WorkFailed(describe_work(error, self.workload)) from error

    async def __aexit__(self, *raised: Any) -> None:
        try:
            await self.opened.__aexit__(*raised)  # must not swallow an error: the items after that weren't done
        except BaseException as error:
            if isinstance(error, WorkFailed) or is_cancellation(error):
                raise
            raise WorkFailed(describe_work(error, self.workload)) from error


class Nothing:
    """Stand in for a workload whose items take no time."""

    def do(self, _resource: Any, item: Any) -> Any:
        return item

    async def do_async(self, _resource: Any, item: Any) -> Any:
        return item


def cost_of_timing(method: str) -> float:
    """Return the seconds that timing an item takes, for items done by ``do`` or ``do_async``: the shortest of some rounds."""
    timed = TimedWorkload(Nothing())  # type: ignore[arg-type]
    rounds = []
    for _ in range(ROUNDS):
        start = perf_counter()
        for item in range(CALLS):
            if method == "do":
                timed.do_timed(None, item)
            else:
                try:
                    timed.do_async_timed(None, item).send(None)
                except StopIteration:
                    continue
        rounds.append((perf_counter() - start) / CALLS)
    return min(rounds)


def timed_run(
    run: Callable[..., list[Fields]],
    workload: AnyWorkload,
    items: Sequence[Any],
    workers: int,
    cost_s: float = 0.0,
    **options: Any,
) -> Timed:
    """Run the model once between two readings of the clock; nothing else happens between them.

    The usage of this process is read just outside of them. That of its children takes longer to read than some runs.
    """
    from resource import RUSAGE_SELF, getrusage  # worker processes, which import this module, don't need it

    timed_workload = TimedWorkload(workload, cost_s)
    own_before = getrusage(RUSAGE_SELF)
    start = perf_counter()
    done = run(timed_workload, items, workers, **options)
    end = perf_counter()
    own_after = getrusage(RUSAGE_SELF)
    return Timed(start, end, [Done(*fields) for fields in done], own_before, own_after)
