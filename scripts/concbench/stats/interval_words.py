"""Write an interval as text, with its level where that is too low to decide anything."""

from __future__ import annotations

from concbench.common.formatting import three_digits, with_interval
from concbench.stats.verdicts import LEAST_LEVEL


def interval(centre: float | None, low: float, high: float, level: float) -> str:
    """``2.99 [2.98, 3.01]``; with its level where that is less than decides anything, and alone where it has none."""
    if centre is None:
        return "–"
    said = with_interval(centre, low, high) if level > 0 else three_digits(centre)
    return f"{said} ({level:.0%})" if 0 < level < LEAST_LEVEL else said
