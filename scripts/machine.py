"""The machine beside a run: how fast it is just now."""

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


def machine_speed() -> float:
    """Iterations of the calibration loop per second, over some tens of milliseconds."""
    start, iterations = perf_counter(), 0
    while (elapsed := perf_counter() - start) < CALIBRATION_S:
        calibration_loop(CHUNK)
        iterations += CHUNK
    return iterations / elapsed


def processors() -> int:
    """How many processors this process may use: what a pool's default size is from Python 3.13 on."""
    return len(os.sched_getaffinity(0))
