"""Compute simultaneous confidence intervals of many changes by relabelling whole blocks (max-T).

A row of the values is a block, a column a configuration; a run that doesn't count is NaN. If nothing had changed, the labels
*before* and *after* could be exchanged between blocks, or between the two halves of a pair. Relabelled blocks stay whole, so
what a block's runs share, such as the machine's speed, stays together (Westfall and Young, *Resampling-Based Multiple
Testing*, 1993).

The statistic is a change of mean divided by its standard error, so that noisy configurations don't widen the intervals of
quiet ones. The error takes each side's own variance, so that one side may be noisier (Chung and Romano, *Annals of Statistics*
41, 2013). The largest absolute statistic over all configurations has one distribution over the relabellings; its quantile
makes the intervals of all configurations. It is taken after the estimated changes have been removed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, product
from math import comb

import numpy as np

from concbench.stats.intervals import LEVEL, Interval

LEAST_RUNS = 4  # on each side: of the 70 relabellings of 4 and 4, 2 are as extreme as the original, which is below 5 %
LEAST_PAIRS = 6  # of the 64 relabellings of 6 pairs, 2 are as extreme as the original
MOST = 10_000  # relabellings: all, if there are no more, else as many at random
SEED = 1
TOGETHER = 50  # configurations at a time, which limits the memory
DECIMALS = 12  # of a logarithm; rounding errors beyond them would pass for noise where all values are equal


@dataclass(frozen=True)
class Change:
    """Describe a configuration's change from before to after."""

    interval: Interval  # simultaneous with those of all other configurations
    at_most: float  # one-sided upper limit, for this configuration alone


@dataclass(frozen=True)
class Design:
    """Describe how blocks are relabelled. A label is -1 for before and 1 for after; those of pairs say which half is after."""

    own: np.ndarray  # the original labels
    shifted: np.ndarray  # 1 for each block whose values a change shifts, else 0
    labels: np.ndarray  # of all relabellings, one in each row
    estimate: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def changes_between(before: np.ndarray, after: np.ndarray, level: float = LEVEL) -> list[Change | None]:
    """Return how far the mean of each column of ``after`` is above that of ``before``; None with too few runs."""
    own = np.repeat([-1.0, 1.0], [len(before), len(after)])
    design = Design(own, (own + 1) / 2, choices(own, len(after)), shift_of_groups)
    enough = [np.isfinite(side).sum(axis=0) >= LEAST_RUNS for side in (before, after)]
    return changes(np.vstack([before, after]), design, enough[0] & enough[1], level)


def changes_within(differences: np.ndarray, level: float = LEVEL) -> list[Change | None]:
    """Return the mean of each column of after - before, from differences within blocks; None with too few pairs."""
    own = np.ones(len(differences))
    design = Design(own, own, signs(len(differences)), shift_of_pairs)
    return changes(differences, design, np.isfinite(differences).sum(axis=0) >= LEAST_PAIRS, level)


def changes(values: np.ndarray, design: Design, enough: np.ndarray, level: float) -> list[Change | None]:
    """Return the change of each column that has ``enough`` values."""
    columns = np.flatnonzero(enough)
    found: list[Change | None] = [None] * values.shape[1]
    if not len(columns):
        return found
    relabellings = len(design.labels)
    rarer = int((1 - level) * relabellings + 1e-9)  # relabellings that may be more extreme
    (shift,), (error,) = design.estimate(design.own[None], values[:, columns])
    residuals = values[:, columns] - shift * design.shifted[:, None]
    residuals = (residuals - np.nanmean(residuals, axis=0)).round(DECIMALS)
    largest, lowest = np.zeros(relabellings), np.zeros(len(columns))
    for start in range(0, len(columns), TOGETHER):
        part = slice(start, start + TOGETHER)
        statistics = statistics_of(residuals[:, part], design)
        largest = np.maximum(largest, np.abs(statistics).max(axis=1))
        lowest[part] = np.partition(statistics, rarer, axis=0)[rarer]
    critical = np.partition(largest, -1 - rarer)[-1 - rarer]
    if np.isinf(critical):  # many columns have few values, each in other blocks
        return found
    for place, column in enumerate(columns):
        estimate, width = float(shift[place]), float(critical * error[place])
        interval = Interval(estimate, estimate - width, estimate + width, 1 - rarer / relabellings)
        found[column] = Change(interval, at_most=estimate - float(lowest[place] * error[place]))
    return found


def statistics_of(residuals: np.ndarray, design: Design) -> np.ndarray:
    """Return the statistic of each relabelling and column.

    It is infinite where a relabelling gives a column's blocks their original labels, or the opposite ones: these are as
    extreme as the original, by definition, but without the change their statistic would be 0.
    """
    shift, error = design.estimate(design.labels, residuals)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistics: np.ndarray = np.nan_to_num(shift / error, nan=0.0, posinf=np.inf, neginf=-np.inf)
    seen = np.isfinite(residuals)
    alike = design.labels @ (seen * design.own[:, None])
    statistics[alike == seen.sum(axis=0)] = -np.inf
    statistics[alike == -seen.sum(axis=0)] = np.inf
    return statistics


def shift_of_groups(labels: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean after - mean before and its standard error, for each labelling and column.

    Both are NaN where a label leaves fewer than two values on a side.
    """
    after, before = [], []
    for power in (0, 1, 2):
        powers = np.where(np.isfinite(values), values, 0) ** power * np.isfinite(values)
        total, difference = powers.sum(axis=0), labels @ powers
        after.append((total + difference) / 2)
        before.append((total - difference) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        variances = variance_of_mean(*after) + variance_of_mean(*before)
        return after[1] / after[0] - before[1] / before[0], np.sqrt(variances)


def shift_of_pairs(labels: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of the differences and its standard error, for each labelling and column."""
    filled, number = np.nan_to_num(values), np.isfinite(values).sum(axis=0)
    total = labels @ filled
    with np.errstate(divide="ignore", invalid="ignore"):
        return total / number, np.sqrt(variance_of_mean(number, total, (filled**2).sum(axis=0)))


def variance_of_mean(number: np.ndarray, total: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Return the estimated variance of a mean, from the number of values, their sum and that of their squares."""
    spread = np.maximum(squares - total**2 / number, 0)
    return np.where(number > 1, spread / (number - 1) / number, np.nan)


def choices(own: np.ndarray, taken: int) -> np.ndarray:
    """Return relabellings of two groups: all choices of ``taken`` blocks as *after*, or some at random and the original."""
    blocks = len(own)
    if comb(blocks, taken) > MOST:
        drawn = np.random.default_rng(SEED).permuted(np.tile(own, (MOST, 1)), axis=1)
        drawn[0] = own
        return drawn
    chosen = np.array(list(combinations(range(blocks), taken)), dtype=int).reshape(-1, taken)
    labels = np.full((len(chosen), blocks), -1.0)
    np.put_along_axis(labels, chosen, 1.0, axis=1)
    return labels


def signs(pairs: int) -> np.ndarray:
    """Return relabellings of pairs: all exchanges of their halves, or some at random and the original."""
    if 2**pairs > MOST:
        drawn = np.random.default_rng(SEED).choice([-1.0, 1.0], size=(MOST, pairs))
        drawn[0] = 1.0
        return drawn
    return np.array(list(product([1.0, -1.0], repeat=pairs))).reshape(-1, pairs)
