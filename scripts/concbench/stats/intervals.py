"""Compute confidence intervals that assume nothing about the distribution: exact for small samples, else approximate.

For paired speed-ups the Wilcoxon signed-rank test inverted, for unpaired ones the rank-sum test, for medians the sign test
(Hollander, Wolfe and Chicken, *Nonparametric Statistical Methods*, 3rd edition, sections 3.1 to 3.6 and 4.3). SciPy has the
tests, but not the first two intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import comb, exp, sqrt
from statistics import NormalDist

import numpy as np

from concbench.stats.verdicts import LEAST_LEVEL

LEVEL = 0.95
NORMAL = NormalDist()
EXACT_VALUES = 100  # of the signed-rank test
EXACT_PAIRS = 2500  # of the rank-sum test: 50 values each


@dataclass(frozen=True)
class Interval:
    """Describe an estimate and its confidence interval. ``level`` is the confidence level attained, from 0 to 1."""

    estimate: float
    low: float
    high: float
    level: float

    @classmethod
    def without_ends(cls, estimate: float) -> Interval:
        """Return an estimate without an interval, which is one at confidence level 0."""
        return cls(estimate, estimate, estimate, 0.0)

    def exp(self) -> Interval:
        """Return the interval of a number, given that of its logarithm."""
        return Interval(exp(self.estimate), exp(self.low), exp(self.high), self.level)


@cache
def signed_rank_tails(n: int) -> tuple[float, ...]:
    """Return P(T <= t) for t = 0, 1, …, where T is the sum of those ranks from 1 to n whose sign is positive.

    Each rank adds itself or nothing, so the counts follow by adding one rank after the other.
    """
    counts = np.zeros(n * (n + 1) // 2 + 1)
    counts[0] = 1
    for rank in range(1, n + 1):
        counts[rank:] += counts[:-rank].copy()
    return tuple(float(tail) for tail in accumulate(counts / 2.0**n))


@cache
def sign_tails(n: int) -> tuple[float, ...]:
    """Return P(S <= s) for s = 0, 1, …, where S counts how many of n signs are positive."""
    return tuple(total / 2**n for total in accumulate(comb(n, positive) for positive in range(n + 1)))


def walsh_averages(values: np.ndarray) -> np.ndarray:
    """Return the means of all pairs of values, including each value with itself, in order."""
    found: np.ndarray = np.sort(((values[:, None] + values[None, :]) / 2)[np.triu_indices(len(values))])
    return found


@dataclass(frozen=True)
class Cut:
    """How many order statistics an interval leaves out at each end, and how often it then covers the truth."""

    out: int
    level: float

    @classmethod
    def exact(cls, tails: Sequence[float], level: float) -> Cut:
        """Bring the coverage as near to ``level`` as the tails allow, but not below what a verdict takes.

        That is ``LEAST_LEVEL`` for a level of 95 %, and in proportion for another. Leave nothing out where no cut reaches it.
        """
        least = 1 - (1 - level) * (1 - LEAST_LEVEL) / (1 - LEVEL)
        attained = [1 - 2 * tail for tail in tails[: (len(tails) + 1) // 2]]
        enough = [i for i, one in enumerate(attained) if one >= least]
        out = min(enough, key=lambda i: abs(attained[i] - level), default=0)
        return cls(out, max(0.0, attained[out]))

    @classmethod
    def normal(cls, mean: float, deviation: float, level: float) -> Cut:
        """Do the same for a statistic that is approximately normal, with the correction for continuity."""
        out = max(0, round(mean - 0.5 + deviation * NORMAL.inv_cdf((1 - level) / 2)))
        return cls(out, 1 - 2 * NORMAL.cdf((out + 0.5 - mean) / deviation))

    def interval(self, ordered: np.ndarray) -> Interval:
        """Return the interval, about the median."""
        return Interval(float(np.median(ordered)), float(ordered[self.out]), float(ordered[-1 - self.out]), self.level)


def signed_rank_interval(values: Sequence[float], level: float = LEVEL) -> Interval | None:
    """Estimate the centre of a symmetric distribution by Hodges and Lehmann, with the inverted signed-rank test.

    The limits are order statistics of the Walsh averages: the means of all pairs, including each value with itself. With fewer
    than 6 values a level of 95 % can't be attained; with 5 it is 93.75 %. Return None without values.
    """
    n = len(values)
    if n == 0:
        return None
    if n <= EXACT_VALUES:
        cut = Cut.exact(signed_rank_tails(n), level)
    else:
        cut = Cut.normal(n * (n + 1) / 4, sqrt(n * (n + 1) * (2 * n + 1) / 24), level)
    return cut.interval(walsh_averages(np.asarray(values, dtype=float)))


def median_interval(values: Sequence[float], level: float = LEVEL) -> Interval | None:
    """Estimate the median, with two order statistics as limits (the inverted sign test); None without values."""
    n = len(values)
    if n == 0:
        return None
    return Cut.exact(sign_tails(n)[:n], level).interval(np.sort(np.asarray(values, dtype=float)))


@cache
def rank_sum_tails(m: int, n: int) -> tuple[float, ...]:
    """Return P(U <= u) for u = 0, 1, …: U counts the pairs of m and n values whose first is the larger."""
    fewer = min(m, n)
    counts = np.zeros((fewer + 1, fewer * (m + n) + 1))  # of the choices of 0, 1, … ranks, by the sum of these ranks
    counts[0, 0] = 1
    for rank in range(m + n):
        for taken in range(min(fewer, rank + 1), 0, -1):
            counts[taken, rank:] += counts[taken - 1, : counts.shape[1] - rank]
    first = fewer * (fewer - 1) // 2
    tails = np.cumsum(counts[fewer, first : first + m * n + 1])
    return tuple((tails / tails[-1]).tolist())


def shift_interval(ones: Sequence[float], others: Sequence[float], level: float = LEVEL) -> Interval | None:
    """Estimate how far ``ones`` lie above ``others``, unpaired, by Hodges and Lehmann with the inverted rank-sum test.

    See section 4.3 of the book above. Return None if either is empty.
    """
    m, n = len(ones), len(others)
    if not m or not n:
        return None
    differences = np.sort(np.subtract.outer(np.asarray(ones, dtype=float), np.asarray(others, dtype=float)).ravel())
    if m * n <= EXACT_PAIRS:
        cut = Cut.exact(rank_sum_tails(m, n), level)
    else:
        cut = Cut.normal(m * n / 2, sqrt(m * n * (m + n + 1) / 12), level)
    return cut.interval(differences)
