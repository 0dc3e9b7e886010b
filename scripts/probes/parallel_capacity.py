"""How much more work all processors do together than one does alone: on shared machines less than their number.

Every process counts how far it comes in the calibration loop within the same span of time, first one process alone, then
as many as there are processors, then one again; shorter spans than these mislead.
"""

from __future__ import annotations

import multiprocessing
from multiprocessing.synchronize import Barrier
from typing import TYPE_CHECKING

from machine import machine_speed, processors
from probes import Metric

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue

ALONE_S, TOGETHER_S = 0.25, 0.5


def work(start: Barrier, speeds: SimpleQueue[float]) -> None:
    start.wait()
    speeds.put(machine_speed(TOGETHER_S))


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
    count = processors()
    before = machine_speed(ALONE_S)
    together = speed_together(count)
    alone = (before + machine_speed(ALONE_S)) / 2
    return [
        Metric("parallel_capacity", together / alone, "processors"),
        Metric("processors", count, "processors"),
        Metric("speed_alone", alone, "iterations/s"),
    ]
