"""Multiply matrices of 400 × 400 numbers with NumPy.

NumPy's library for linear algebra has threads of its own, as many as there are CPUs, so expect the plain loop to use all CPUs
already. More workers beside those threads compete with them: workers × threads should not exceed the CPUs.
"""

from __future__ import annotations

import numpy as np

ROWS = 400


def items(size: int, seed: int) -> list[np.ndarray]:
    """Return ``size`` matrices, at random from the seed."""
    random = np.random.default_rng(seed)
    return [random.standard_normal((ROWS, ROWS)) for _ in range(size)]


def do(matrix: np.ndarray) -> float:
    """Return the largest number of a matrix multiplied by itself."""
    return float((matrix @ matrix).max())


def check(item: np.ndarray, result: float) -> bool:
    """Compare with a tolerance, because the last digits depend on the number of threads."""
    return bool(np.isclose(result, (item @ item).max()))
