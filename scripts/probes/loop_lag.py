"""Measure how late a heartbeat of 1 ms comes at worst while other code blocks, in an event loop and in threads.

Metrics:
    lag_idle_s: Worst delay in an event loop while nothing blocks (s).
    lag_blocking_10ms_s: Worst delay in an event loop while a task blocks it for 10 ms (s).
    lag_blocking_50ms_s: Worst delay in an event loop while a task blocks it for 50 ms (s).
    lag_to_thread_50ms_s: Worst delay in an event loop while a thread of ``asyncio.to_thread`` blocks for 50 ms (s).
    lag_threads_50ms_s: Worst delay in a thread while another thread blocks for 50 ms (s).
"""

from __future__ import annotations

import asyncio
import threading
import time
from time import perf_counter

from concbench.measured.api import Metric

BEAT_S, BEFORE_S = 0.001, 0.02


async def worst_lag_s(block_s: float, in_thread: bool = False) -> float:
    """Return the worst delay of the event loop's heartbeat while a task blocks for ``block_s`` seconds.

    With ``in_thread`` the task has a thread block instead.
    """
    worst, beating = 0.0, True

    async def beat() -> None:
        nonlocal worst
        while beating:
            due = perf_counter() + BEAT_S
            await asyncio.sleep(BEAT_S)
            worst = max(worst, perf_counter() - due)

    heart = asyncio.create_task(beat())
    await asyncio.sleep(BEFORE_S)
    if in_thread:
        await asyncio.to_thread(time.sleep, block_s)
    else:
        time.sleep(block_s)
    await asyncio.sleep(BEFORE_S)
    beating = False
    await heart
    return worst


def worst_lag_in_threads_s(block_s: float) -> float:
    """Return the worst delay of a thread's heartbeat while another thread blocks for ``block_s`` seconds."""
    lags: list[float] = []
    beating = threading.Event()
    beating.set()

    def beat() -> None:
        while beating.is_set():
            due = perf_counter() + BEAT_S
            time.sleep(BEAT_S)
            lags.append(perf_counter() - due)

    heart = threading.Thread(target=beat)
    heart.start()
    time.sleep(block_s)
    beating.clear()
    heart.join()
    return max(lags)


def measure() -> list[Metric]:
    return [
        Metric("lag_idle_s", asyncio.run(worst_lag_s(0.0)), "s"),
        Metric("lag_blocking_10ms_s", asyncio.run(worst_lag_s(0.01)), "s"),
        Metric("lag_blocking_50ms_s", asyncio.run(worst_lag_s(0.05)), "s"),
        Metric("lag_to_thread_50ms_s", asyncio.run(worst_lag_s(0.05, in_thread=True)), "s"),
        Metric("lag_threads_50ms_s", worst_lag_in_threads_s(0.05), "s"),
    ]
