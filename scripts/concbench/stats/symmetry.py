"""Test whether values are distributed symmetrically, as the signed-rank test assumes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb, erfc, sqrt

import numpy as np

LEAST_VALUES = 10  # with fewer, the normal approximation is poor and hardly any skew is seen
MOST_VALUES = 100  # of more, the first; all triples would take too long, and these show any skew


def triples_p(values: Sequence[float]) -> float:
    """Return the p-value of the triples test: how probable it is that symmetric values look so skewed.

    A triple is skewed to the right if its middle value lies nearer to the smallest than to the largest. Randles, Fligner,
    Policello and Wolfe, *Journal of the American Statistical Association* 75 (1980) 168-172.
    """
    x = np.asarray(values[:MOST_VALUES], dtype=float)
    n = len(x)
    if n < LEAST_VALUES:
        return 1.0
    triples = np.array(list(combinations(range(n), 3))).T
    three = x[triples]
    kinds = np.sign(np.sign(three.sum(axis=0) - 3 * three).sum(axis=0))  # 1 skewed to the right, -1 to the left, 0 neither
    share = kinds.mean()
    of_one = np.zeros(n)
    of_two = np.zeros((n, n))
    for place in triples:
        np.add.at(of_one, place, kinds)
    for first, second in combinations(triples, 2):
        np.add.at(of_two, (first, second), kinds)
    by_one = np.mean((of_one / comb(n - 1, 2) - share) ** 2)
    by_two = np.mean((of_two[np.triu_indices(n, 1)] / (n - 2) - share) ** 2)
    variance = (3 * comb(n - 3, 2) * by_one + 3 * (n - 3) * by_two + np.mean(kinds**2) - share**2) / comb(n, 3)
    return erfc(abs(share) / sqrt(2 * variance)) if variance > 0 else float(share == 0)
