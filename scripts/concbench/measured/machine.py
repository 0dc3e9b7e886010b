"""Measure the machine's speed, count its CPUs, and know the default sizes of Python's pools."""

from __future__ import annotations

import os
from math import ceil
from time import perf_counter

from concbench.measured.cgroups import cpu_quota

CALIBRATION_S = 0.03
CHUNK = 10_000
MOST_THREADS = 32  # of a ThreadPoolExecutor that isn't given a number


def calibration_loop(iterations: int) -> int:
    total = 0
    for i in range(iterations):
        total += i
    return total


def machine_speed(seconds: float = CALIBRATION_S) -> float:
    """Run the calibration loop for ``seconds`` and return its iterations per second."""
    start, iterations = perf_counter(), 0
    while (elapsed := perf_counter() - start) < seconds:
        calibration_loop(CHUNK)
        iterations += CHUNK
    return iterations / elapsed


def allowed_cpus() -> int:
    """Return on how many CPUs this process may run."""
    return len(os.sched_getaffinity(0))


def cpus() -> int:
    """Return how many CPUs this process may use at a time: those that it may run on, or less if it has a CPU quota.

    A part of a CPU counts as one.
    """
    quota = cpu_quota()
    return allowed_cpus() if quota is None else min(allowed_cpus(), ceil(quota))


def python_cpus() -> int:
    """Return the CPUs by which this Python chooses the size of its pools, whatever a quota allows.

    From Python 3.13 on, they are those that this process may run on; before, all of the machine.
    """
    return getattr(os, "process_cpu_count", os.cpu_count)() or 1


def default_workers(pool: str, count: int) -> int:
    """Return how many workers the standard library gives a pool of ``threads`` or ``processes``, by the number of CPUs."""
    return min(MOST_THREADS, count + 4) if pool == "threads" else count
