"""Define the verdicts on comparisons and claims, and the rule for comparisons."""

from __future__ import annotations

from enum import StrEnum
from math import exp
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the tables need the verdicts, but not NumPy
    from concbench.stats.intervals import Interval

LEAST_LEVEL = 0.93  # confidence level needed for a verdict: 5 blocks attain it, or 4 unpaired runs of each
LEAST_BLOCKS = 5


class Verdict(StrEnum):
    """Name the outcome of a comparison, as in the tables."""

    FASTER = "faster"
    SLOWER = "slower"
    SAME = "same"
    INCONCLUSIVE = "inconclusive"


DECIDED = (Verdict.FASTER, Verdict.SLOWER)


class ClaimVerdict(StrEnum):
    """Name the outcome of a claim's test, as in the tables."""

    REPRODUCED = "reproduced"
    CONTRADICTED = "contradicted"
    INCONCLUSIVE = "inconclusive"


def verdict(speedup: Interval | None, margin: float) -> Verdict:
    """Judge a speed-up by its whole confidence interval: same within ``margin``, faster above 1, slower below 1.

    ``margin`` is relative: 0.05 reaches from 1/1.05 to 1.05.
    """
    if speedup is None or speedup.level < LEAST_LEVEL:
        return Verdict.INCONCLUSIVE
    if 1 / (1 + margin) <= speedup.low and speedup.high <= 1 + margin:
        return Verdict.SAME
    if speedup.low > 1:
        return Verdict.FASTER
    return Verdict.SLOWER if speedup.high < 1 else Verdict.INCONCLUSIVE


def relative(log_ratio: float) -> float:
    """Return the relative size of a difference in either direction: 0.05 for ratios of 1.05 and 1/1.05."""
    return exp(abs(log_ratio)) - 1
