"""Measure the machine's speed, and count its CPUs."""

from __future__ import annotations

import os
from math import ceil
from time import perf_counter

from concbench.measured.cgroups import cpu_quota

CALIBRATION_S = 0.03
CHUNK = 10_000


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
    """Return on how many CPUs this process may run. From Python 3.13 on, this is a pool's default size."""
    return len(os.sched_getaffinity(0))


def cpus() -> int:
    """Return how many CPUs this process may use at a time: those that it may run on, or less if it has a CPU quota.

    A part of a CPU counts as one.
    """
    quota = cpu_quota()
    return allowed_cpus() if quota is None else min(allowed_cpus(), ceil(quota))
