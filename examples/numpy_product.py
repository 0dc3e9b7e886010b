"""Multiply matrices of 400 × 400 numbers with NumPy.

NumPy's library for linear algebra has threads of its own, as many as there are CPUs, so expect the plain loop to use all CPUs
already. More workers beside those threads compete with them: workers × threads should not exceed the CPUs.
"""

from __future__ import annotations

import numpy as np

MATRICES, ROWS = 8, 400


def items(size: int, seed: int) -> list[np.ndarray]:
    """Return ``size`` matrices, at random from the seed: 8 different ones, in turn."""
    random = np.random.default_rng(seed)
    matrices = [random.standard_normal((ROWS, ROWS)) for _ in range(MATRICES)]
    return [matrices[number % MATRICES] for number in range(size)]


def do(matrix: np.ndarray) -> float:
    """Return the largest number of a matrix multiplied by itself, without its last digits: they depend on the threads."""
    return round(float((matrix @ matrix).max()), 6)
