"""The machine beside a run: how fast it is just now, and what CPU time went to others."""

from __future__ import annotations

import os
from time import perf_counter

CALIBRATION_S = 0.03
CHUNK = 10_000


def calibration_loop(iterations: int) -> int:
    total = 0
    for i in range(iterations):
        total += i
    return total


def machine_speed(seconds: float = CALIBRATION_S) -> float:
    """Iterations of the calibration loop per second, measured over so many seconds."""
    start, iterations = perf_counter(), 0
    while (elapsed := perf_counter() - start) < seconds:
        calibration_loop(CHUNK)
        iterations += CHUNK
    return iterations / elapsed


def cpus() -> int:
    """How many CPUs this process may use: what a pool's default size is from Python 3.13 on."""
    return len(os.sched_getaffinity(0))
