"""Write a confidence interval as text, with its confidence level if that is too low for a verdict."""

from __future__ import annotations

from concbench.common.formatting import digits_apart, three_digits, with_interval
from concbench.stats.verdicts import LEAST_LEVEL


def interval(centre: float | None, low: float, high: float, level: float) -> str:
    """Write ``2.99 [2.98, 3.01]``, with the level if it is too low for a verdict.

    Write the estimate alone if there is no level, or if the interval has no width, as the baseline's speed-up over itself.
    """
    if centre is None:
        return "–"
    if level <= 0 or digits_apart(low, high) is None:
        return three_digits(centre)
    said = with_interval(centre, low, high)
    return f"{said} ({level:.0%})" if level < LEAST_LEVEL else said
