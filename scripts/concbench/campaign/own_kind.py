"""Tell from the pilot what kind of work the user's function does, and which numbers of workers may suit it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from concbench.measured.pilot_answer import SpeedUp
from concbench.records.pilot import Pilot

WAITING = 0.5  # an item that uses less of a CPU than this mostly waits
THREADS_HELP = 1.3  # two threads that are this many times as fast as one do work at the same time
LIBRARY_THREADS = 0.25  # other threads that use more than this of a CPU belong to a library
NEAR_BEST = 0.9  # more workers are no better if fewer reach this share of the best speed-up


class Kind(StrEnum):
    """Name the kinds of work that call for different models."""

    WAITING = "waits"
    RELEASES_LOCK = "computes, and lets go of the interpreter's lock"
    HOLDS_LOCK = "computes, and holds the interpreter's lock"
    USES_LIBRARY_THREADS = "computes, in threads of a library"


def kind_of(pilot: Pilot) -> Kind:
    """Return the kind of work."""
    if pilot.own_threads_share > LIBRARY_THREADS:
        return Kind.USES_LIBRARY_THREADS
    if pilot.cpu_share < WAITING:
        return Kind.WAITING
    two = next((step.speedup for step in pilot.answer.threads if step.workers == 2), None)
    return Kind.RELEASES_LOCK if two is not None and two >= THREADS_HELP else Kind.HOLDS_LOCK


def best_workers(ladder: Sequence[SpeedUp]) -> int:
    """Return the fewest workers that are about as fast as the best; 1 if none were tried."""
    most = max((step.speedup for step in ladder), default=1.0)
    return min((step.workers for step in ladder if step.speedup >= NEAR_BEST * most), default=1)


def still_gains(ladder: Sequence[SpeedUp]) -> bool:
    """Check whether the most workers that were tried help, and are clearly better than all fewer."""
    last = max(ladder, default=SpeedUp(1, 1.0))
    return last.speedup >= THREADS_HELP and best_workers(ladder) == last.workers


def speedup_with(ladder: Sequence[SpeedUp], workers: int) -> float:
    """Estimate the speed-up with some workers: that of the nearest fewer ones tried, or in proportion if all tried helped."""
    fewer = [step for step in ladder if step.workers <= workers]
    if not fewer:
        return 1.0
    last = max(fewer)
    if max(step.speedup for step in ladder) < THREADS_HELP:
        return min(1.0, last.speedup)
    beyond = last == max(ladder) and still_gains(ladder)
    return last.speedup * (workers / last.workers if beyond else 1.0)
