"""One file per probe: a module with ``measure() -> list[Metric]``, a small measurement whose figure is not a makespan.

A probe is measured once in each block, alone on the machine like a run, by ``scripts/probe.py``.
"""

from __future__ import annotations

from typing import NamedTuple


class Metric(NamedTuple):
    """One figure of a probe."""

    metric: str
    value: float | None
    unit: str
    status: str = "ok"
    reason: str | None = None  # why there is no value
