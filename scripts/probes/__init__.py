"""One file per probe: a module with ``measure() -> list[Metric]``, a small measurement whose figure is not a makespan.

A probe is measured once in each block, alone on the machine like a run, in a fresh process (``probe_subject.py``) of the
interpreter that it is of. It prints nothing, takes a few seconds at most, and runs on any Python from 3.9 on; what the
interpreter can't do, or has no package for, is a metric that was skipped, with the reason. ``RESTS_ON`` names further
modules whose edits make it measured anew, in one string.
"""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Metric(NamedTuple):
    """One figure of a probe; without a value, status and reason say why."""

    metric: str
    value: float | None
    unit: str
    status: str = "ok"
    reason: str | None = None


def skipped(metric: str, unit: str, reason: str) -> Metric:
    return Metric(metric, None, unit, "skipped", reason)


def median_seconds(do: Callable[[], object], repetitions: int) -> float:
    """How long it takes to do something, once it has been done for the first time."""
    do()
    times = []
    for _ in range(repetitions):
        start = perf_counter()
        do()
        times.append(perf_counter() - start)
    return median(times)
