"""Verdicts on a comparison and on a claim, and the rule that gives a comparison its own."""

from __future__ import annotations

from enum import StrEnum
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # which needs SciPy, and the tables' schema, which needs the verdicts, should not
    from concbench.stats.intervals import Interval

LEAST_LEVEL = 0.93  # an interval that covers the truth less often decides nothing: 5 blocks are needed, or 4 runs each unpaired


class Verdict(StrEnum):
    """The outcome of a comparison, as it stands in the tables."""

    FASTER = "faster"
    SLOWER = "slower"
    SAME = "same"
    INCONCLUSIVE = "inconclusive"


DECIDED = (Verdict.FASTER, Verdict.SLOWER)


class ClaimVerdict(StrEnum):
    """The outcome of a claim's test, as it stands in the tables."""

    REPRODUCED = "reproduced"
    CONTRADICTED = "contradicted"
    INCONCLUSIVE = "inconclusive"


def verdict(speedup: Interval | None, margin: float, noise_floor: float | None) -> Verdict:
    """Judge a speed-up: same within ``margin``, faster or slower beyond 1 and the noise floor, else inconclusive.

    ``margin`` and ``noise_floor`` are relative: 0.05 reaches from 1/1.05 to 1.05. No floor is known without a control.
    """
    if speedup is None or speedup.level < LEAST_LEVEL:
        return Verdict.INCONCLUSIVE
    if 1 / (1 + margin) <= speedup.low and speedup.high <= 1 + margin:
        return Verdict.SAME
    if relative(log(speedup.estimate)) <= (noise_floor or 0):
        return Verdict.INCONCLUSIVE
    if speedup.low > 1:
        return Verdict.FASTER
    return Verdict.SLOWER if speedup.high < 1 else Verdict.INCONCLUSIVE


def relative(log_ratio: float) -> float:
    """Return the size of a difference whichever way it goes: 0.05 for a ratio of 1.05 and for one of 1/1.05."""
    return exp(abs(log_ratio)) - 1
