"""Compute confidence intervals that assume nothing about the distribution, exact for small samples.

For paired speed-ups the Wilcoxon signed-rank test is inverted, for medians the sign test (Hollander, Wolfe and Chicken,
*Nonparametric Statistical Methods*, 3rd edition, sections 3.1 to 3.6 and 4.3). SciPy has the tests, but not the first
interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import exp

import numpy as np

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """Describe an estimate and its confidence interval. ``level`` is the confidence level attained, from 0 to 1."""

    estimate: float
    low: float
    high: float
    level: float

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


def left_out(tails: Sequence[float], level: float) -> int:
    """Return how many order statistics to drop at each end for a level closest to ``level``; at least one is kept."""
    attained = [1 - 2 * tail for tail in tails[: (len(tails) + 1) // 2]]
    return min(range(len(attained)), key=lambda i: abs(attained[i] - level))


def signed_rank_interval(values: Sequence[float], level: float = LEVEL) -> Interval | None:
    """Estimate the centre of a symmetric distribution by Hodges and Lehmann, with the inverted signed-rank test.

    The limits are order statistics of the Walsh averages: the means of all pairs, including each value with itself. With fewer
    than 6 values a level of 95 % can't be attained; with 5 it is 93.75 %. Return None without values.
    """
    n = len(values)
    if n == 0:
        return None
    array = np.asarray(values, dtype=float)
    walsh = np.sort(((array[:, None] + array[None, :]) / 2)[np.triu_indices(n)])
    tails = signed_rank_tails(n)
    out = left_out(tails, level)
    return Interval(float(np.median(walsh)), float(walsh[out]), float(walsh[-1 - out]), max(0.0, 1 - 2 * tails[out]))


def median_interval(values: Sequence[float], level: float = LEVEL) -> Interval | None:
    """Estimate the median, with two order statistics as limits (the inverted sign test); None without values."""
    from scipy import stats  # takes half a second to import, and few commands need it

    n = len(values)
    if n == 0:
        return None
    tails = [float(tail) for tail in stats.binom.cdf(np.arange(n), n, 0.5)]
    out = left_out(tails, level)
    ordered = np.sort(np.asarray(values, dtype=float))
    return Interval(float(np.median(ordered)), float(ordered[out]), float(ordered[-1 - out]), max(0.0, 1 - 2 * tails[out]))


@cache
def rank_sum_tails(m: int, n: int) -> tuple[float, ...]:
    """Return P(U <= u) for u = 0, 1, …, where U counts the pairs of m and n values whose first is the larger.

    The counts are the coefficients of the Gaussian binomial (m + n over m), multiplied out factor by factor.
    """
    counts = [1] + [0] * (m * n)
    for i in range(1, m + 1):
        for u in range(m * n, n + i - 1, -1):  # times 1 - q^(n + i)
            counts[u] -= counts[u - n - i]
        for u in range(i, m * n + 1):  # divided by 1 - q^i
            counts[u] += counts[u - i]
    choices = sum(counts)
    return tuple(sum_ / choices for sum_ in accumulate(counts))


def shift_interval(ones: Sequence[float], others: Sequence[float], level: float = LEVEL) -> Interval | None:
    """Estimate how far ``ones`` lie above ``others``, unpaired, by Hodges and Lehmann with the inverted rank-sum test.

    See section 4.3 of the book above. Return None if either is empty.
    """
    if not len(ones) or not len(others):
        return None
    differences = np.sort(np.subtract.outer(np.asarray(ones, dtype=float), np.asarray(others, dtype=float)).ravel())
    tails = rank_sum_tails(len(ones), len(others))
    out = left_out(tails, level)
    attained = max(0.0, 1 - 2 * tails[out])
    return Interval(float(np.median(differences)), float(differences[out]), float(differences[-1 - out]), attained)
