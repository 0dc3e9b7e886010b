"""Estimate from a configuration's elapsed times: pure functions of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb


def best_of(n: int, values: Sequence[float]) -> float | None:
    """Return the expected minimum of ``n`` of the values, drawn without replacement; None with fewer than ``n``.

    The i-th smallest of m values is the minimum of C(m - i, n - 1) of the C(m, n) choices.
    """
    if len(values) < n:
        return None
    choices = comb(len(values), n)
    return sum(value * comb(len(values) - i, n - 1) / choices for i, value in enumerate(sorted(values), start=1))
