"""Count updates lost by a shared counter that is read, changed and written back, in threads and in tasks across an ``await``.

The interpreter is set to switch threads as often as it can, to show what can happen at any time.

Metrics:
    lost_unlocked: Share of updates lost by 4 threads without a lock (share).
    lost_through_call: The same if the new value comes from a function call (share).
    lost_locked: The same with a lock (share).
    lost_across_await: Share of updates lost by 100 tasks that await between reading and writing (share).
    lost_across_await_locked: The same with an ``asyncio.Lock`` (share).
"""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import TYPE_CHECKING, Any

from concbench.measured.api import Metric

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

THREADS, TIMES = 4, 100_000
TASKS, TURNS = 100, 20
SWITCH_S = 1e-6


class Counter:
    value = 0


def one() -> int:
    return 1


def add_plainly(counter: Counter, lock: AbstractContextManager[Any]) -> None:
    for _ in range(TIMES):
        counter.value = counter.value + 1


def add_with_a_call(counter: Counter, lock: AbstractContextManager[Any]) -> None:
    for _ in range(TIMES):
        counter.value = counter.value + one()


def add_locked(counter: Counter, lock: AbstractContextManager[Any]) -> None:
    for _ in range(TIMES):
        with lock:
            counter.value = counter.value + 1


def lost_by_threads(add: Callable[[Counter, AbstractContextManager[Any]], None]) -> float:
    """Return the share of updates that were lost, from 0 to 1."""
    counter, lock = Counter(), threading.Lock()
    threads = [threading.Thread(target=add, args=(counter, lock)) for _ in range(THREADS)]
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(usual)
    return 1 - counter.value / (THREADS * TIMES)


async def add_across_await(counter: Counter, lock: AbstractAsyncContextManager[Any]) -> None:
    for _ in range(TURNS):
        async with lock:
            before = counter.value
            await asyncio.sleep(0)
            counter.value = before + 1


class NoLock:
    async def __aenter__(self) -> None:
        pass

    async def __aexit__(self, *_: object) -> None:
        pass


async def lost_by_tasks(locked: bool) -> float:
    """Return the share of updates that were lost, from 0 to 1."""
    counter = Counter()
    lock: AbstractAsyncContextManager[Any] = asyncio.Lock() if locked else NoLock()
    await asyncio.gather(*(add_across_await(counter, lock) for _ in range(TASKS)))
    return 1 - counter.value / (TASKS * TURNS)


def measure() -> list[Metric]:
    return [
        Metric("lost_unlocked", lost_by_threads(add_plainly), "share"),
        Metric("lost_through_call", lost_by_threads(add_with_a_call), "share"),
        Metric("lost_locked", lost_by_threads(add_locked), "share"),
        Metric("lost_across_await", asyncio.run(lost_by_tasks(locked=False)), "share"),
        Metric("lost_across_await_locked", asyncio.run(lost_by_tasks(locked=True)), "share"),
    ]
