"""Tell which alternatives are worse than the best, allowing for the choice of the best among them.

A step-down max-T test (Westfall and Young, *Resampling-Based Multiple Testing*, 1993) by permutations within blocks. If all
alternatives were equal, each order of their values within a block would be as probable as any other, since their runs were in
an order drawn at random. Each permutation chooses its own best, as the analyst does. So the test allows for that choice. Unlike
confidence intervals with a level for several comparisons, it needs no more blocks than one comparison does.
"""

from __future__ import annotations

import numpy as np

CHANCE = 0.05  # of calling any alternative worse if all are equal
MOST_DRAWS, LEAST_DRAWS = 999, 199  # permutations
MOST_VALUES = 2_000_000  # in all permutations together
SEED = 1  # so that the same runs give the same tables


def told_apart(logs: np.ndarray, best: int) -> list[bool]:
    """Tell for each column whether it is shown to lie above the column ``best``.

    ``logs`` has a row for each block, NaN for missing values. A column is told apart if at most 5 % of the permutations have
    any column so far above their best. Then the test is repeated without those. The last two columns need no allowance: the
    confidence interval of two, which the caller must look at too, is enough.
    """
    random, kept = np.random.default_rng(SEED), list(range(logs.shape[1]))
    while len(kept) > 2:
        rows = logs[:, kept]
        values, own = centred(rows[(~np.isnan(rows)).sum(axis=1) > 1]), kept.index(best)
        chances = chances_of(leads(values, np.array(own)), values, random)
        left = [column for column, chance in zip(kept, chances) if chance > CHANCE or column == best]
        if left == kept:
            return [column not in kept for column in range(logs.shape[1])]
        kept = left
    return [column != best for column in range(logs.shape[1])]


def chances_of(above: np.ndarray, values: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return for each lead the share of permutations within blocks in which some column leads the best by as much."""
    drawn = shuffled(values, random)
    most = leads(drawn, mean_of(drawn).argmin(axis=-1)).max(axis=-1)
    shares: np.ndarray = (1 + (most[:, None] >= above).sum(axis=0)) / (1 + len(most))
    return shares


def centred(logs: np.ndarray) -> np.ndarray:
    """Subtract each block's mean, so that blocks in which a value is missing can be compared with others."""
    means: np.ndarray = logs - np.nanmean(logs, axis=1, keepdims=True)
    return means


def shuffled(values: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Permute the values within each block, many times; missing ones stay where they are."""
    draws = min(MOST_DRAWS, max(LEAST_DRAWS, MOST_VALUES // values.size))
    drawn = np.tile(values, (draws, 1, 1))
    for block, own in enumerate(~np.isnan(values)):
        drawn[:, block, own] = random.permuted(drawn[:, block, own], axis=1)
    return drawn


def mean_of(values: np.ndarray) -> np.ndarray:
    """Return the mean of each column over the blocks that have it."""
    there = ~np.isnan(values)
    means: np.ndarray = np.where(there, values, 0).sum(axis=-2) / there.sum(axis=-2)
    return means


def leads(values: np.ndarray, best: np.ndarray) -> np.ndarray:
    """Return how far each column lies above the best one, in standard errors of their mean difference.

    The variance is the mean of the column's own and of all columns' average. With few blocks the own one alone is too
    uncertain, and the average alone would be wrong for columns of unlike noise.
    """
    differences = values - np.take_along_axis(values, best[..., None, None], axis=-1)
    there = ~np.isnan(differences)
    number = np.maximum(there.sum(axis=-2), 2)
    mean = np.where(there, differences, 0).sum(axis=-2) / number
    squares = np.where(there, (differences - mean[..., None, :]) ** 2, 0).sum(axis=-2)
    variance = squares / (number - 1)
    average = variance.sum(axis=-1, keepdims=True) / (values.shape[-1] - 1)  # the best's own difference is 0
    with np.errstate(divide="ignore", invalid="ignore"):
        found: np.ndarray = mean / np.sqrt((variance + average) / 2 / number)
    return np.nan_to_num(found, nan=0.0, posinf=np.inf, neginf=-np.inf)
