"""Run an event loop in each of several processes; each loop does a fixed share of the items.

``workers`` is the number of tasks that run at a time, over all processes.

Options:
    processes: Number of processes. Never more than workers or items.
"""

from __future__ import annotations

import asyncio
import concurrent.futures.process  # noqa: F401  (import it before the clock starts)
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

from .asyncio import run_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import AsyncWorkload

NEEDS = "do_async"
START_METHOD = "default"


def run_share(workload: AsyncWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    """Do a process's share of the items in an event loop."""
    return asyncio.run(run_all(workload, items, workers))


def run(workload: AsyncWorkload, items: Sequence[Any], workers: int, *, processes: int = 2) -> list[Any]:
    few = max(1, min(processes, workers, len(items)))
    shares = [items[first::few] for first in range(few)]
    at_a_time = [workers // few + (number < workers % few) for number in range(few)]
    with ProcessPoolExecutor(few) as pool:
        done = list(pool.map(run_share, [workload] * few, shares, at_a_time))
    results: list[Any] = [None] * len(items)
    for first, own in enumerate(done):
        results[first::few] = own
    return results
