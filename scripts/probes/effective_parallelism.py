"""Measure how many times as much work all CPUs do together as one CPU does alone.

On shared machines this is less than the number of CPUs. Each process counts iterations of the calibration loop for 0.3 s:
after a warm-up, first one process alone, then one per CPU. Shorter spans are misleading. One figure varies by a tenth, so
the median over the blocks counts.

Metrics:
    effective_parallelism: Speed of all CPUs together over the speed of one alone (cpus).
    cpus: Number of CPUs that the process may use (cpus).
    speed_alone: Speed of one CPU alone in the calibration loop (iterations/s).
"""

from __future__ import annotations

import multiprocessing
from multiprocessing.synchronize import Barrier
from typing import TYPE_CHECKING

from concbench.measured.api import Metric
from concbench.measured.machine import cpus, machine_speed

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue

SPAN_S = 0.3


def work(start: Barrier, speeds: SimpleQueue[float]) -> None:
    start.wait()
    speeds.put(machine_speed(SPAN_S))


def speed_together(count: int) -> float:
    """Return the sum of the speeds of ``count`` processes that run at once, in iterations per second."""
    context = multiprocessing.get_context("fork")
    start, speeds = context.Barrier(count), context.SimpleQueue()
    workers = [context.Process(target=work, args=(start, speeds)) for _ in range(count)]
    for worker in workers:
        worker.start()
    together: float = sum(speeds.get() for _ in workers)
    for worker in workers:
        worker.join()
    return together


def measure() -> list[Metric]:
    count = cpus()
    speed_together(count)
    alone, together = speed_together(1), speed_together(count)
    return [
        Metric("effective_parallelism", together / alone, "cpus"),
        Metric("cpus", count, "cpus"),
        Metric("speed_alone", alone, "iterations/s"),
    ]
