"""Write a confidence interval as text, with its confidence level if that is too low for a verdict."""

from __future__ import annotations

from concbench.common.formatting import three_digits, with_interval
from concbench.stats.verdicts import LEAST_LEVEL


def interval(centre: float | None, low: float, high: float, level: float) -> str:
    """Write ``2.99 [2.98, 3.01]``, with the level if it is too low for a verdict; only the estimate if there is no level."""
    if centre is None:
        return "–"
    said = with_interval(centre, low, high) if level > 0 else three_digits(centre)
    return f"{said} ({level:.0%})" if 0 < level < LEAST_LEVEL else said
