"""How much more work all CPUs do together than one does alone: on shared machines less than their number.

Every process counts how far it comes in the calibration loop within the same span of time, one process alone and as many
as there are CPUs in turns, after some warming up; shorter spans than these mislead.
"""

from __future__ import annotations

import multiprocessing
from multiprocessing.synchronize import Barrier
from statistics import median
from typing import TYPE_CHECKING

from concbench.measured.api import Metric
from concbench.measured.machine import cpus, machine_speed

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue

SPAN_S, TURNS = 0.3, 3


def work(start: Barrier, speeds: SimpleQueue[float]) -> None:
    start.wait()
    speeds.put(machine_speed(SPAN_S))


def speed_together(count: int) -> float:
    """Iterations per second of so many processes at once, added up."""
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
    turns = [(speed_together(1), speed_together(count)) for _ in range(TURNS)]
    alone, together = (median(speeds) for speeds in zip(*turns))
    return [
        Metric("effective_parallelism", together / alone, "cpus"),
        Metric("cpus", count, "cpus"),
        Metric("speed_alone", alone, "iterations/s"),
    ]
