"""Compute the confidence intervals that verdicts rest on: repeated ones where a campaign has several looks.

Repeated confidence intervals (Jennison and Turnbull, *Controlled Clinical Trials* 5, 1984) cover the truth at all looks
together. At each look, an exact test spends part of the error. The parts add up to the error at most, so by Bonferroni's
inequality the chance that some look's interval misses the truth is no larger, whenever and for whatever reason a campaign ends.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from concbench.stats.intervals import (
    LEVEL,
    Interval,
    median_interval,
    sign_tails,
    signed_rank_interval,
    signed_rank_tails,
    walsh_averages,
)
from concbench.stats.looks import Looks


@dataclass(frozen=True)
class Method:
    """A test whose inversion gives an interval between two order statistics."""

    ordered: Callable[[np.ndarray], np.ndarray]  # the order statistics of some values
    tails: Callable[[int], Sequence[float]]  # of n values: P(an interval that leaves out 0, 1, … misses the truth at one end)
    once: Callable[[Sequence[float], float], Interval | None]  # the interval of a single look


SIGNED_RANKS = Method(walsh_averages, signed_rank_tails, signed_rank_interval)  # for paired log ratios
SIGNS = Method(np.sort, sign_tails, median_interval)  # for single values


def campaign_interval(
    values: Sequence[float], method: Method, looks: Looks | None, measured: int | None = None, level: float = LEVEL
) -> Interval | None:
    """Return the confidence interval of a campaign's values, or None without values.

    Args:
        values: One for each block, in order; NaN where a block has none.
        method: The test to invert.
        looks: The campaign's looks; None if it has a fixed number of blocks, and so one look.
        measured: Number of blocks measured, if it isn't that of the values.
        level: Confidence level, of all looks together.
    """
    array = np.asarray(values, dtype=float)
    if looks is None:
        return method.once(list(present(array)), level)
    return repeated_interval(array, method, looks, len(array) if measured is None else measured, 1 - level)


def repeated_interval(values: np.ndarray, method: Method, looks: Looks, measured: int, error: float) -> Interval | None:
    """Return the interval at the last look, within those of all looks before it.

    Its level is 1 minus the error spent so far. Before the first look there is an estimate without an interval, at level 0.
    """
    found, spent = None, 0.0
    for blocks, allowed in zip(looks.blocks, looks.allowed(error)):
        if blocks > measured:
            break
        ordered = method.ordered(present(values[:blocks]))
        tails = method.tails(len(present(values[:blocks])))
        out = bisect_right(tails, (allowed - spent) / 2) - 1
        if out >= 0:
            spent += 2 * tails[out]
            found = within(found, Interval(float(np.median(ordered)), ordered[out], ordered[-1 - out], 1 - spent))
    if found or np.isnan(values).all():
        return found
    return Interval.without_ends(float(np.median(method.ordered(present(values)))))


def present(values: np.ndarray) -> np.ndarray:
    """Return the values that are there."""
    found: np.ndarray = values[~np.isnan(values)]
    return found


def within(before: Interval | None, now: Interval) -> Interval:
    """Return the part of an interval that lies in the one before, with its estimate moved into it.

    If they have no part in common, one of the two misses the truth; return the later one.
    """
    low, high = (max(before.low, now.low), min(before.high, now.high)) if before else (now.low, now.high)
    if low > high:
        low, high = now.low, now.high
    return Interval(float(min(max(now.estimate, low), high)), float(low), float(high), now.level)
