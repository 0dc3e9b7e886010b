"""Fit the two laws by which the elapsed time of a job depends on its workers: pure functions of numbers.

Amdahl's law (*Validity of the single CPU approach …*, AFIPS 1967) has a serial fraction of the work, which can't be divided.
The Universal Scalability Law (Gunther, *Guerrilla Capacity Planning*, 2007, chapter 4) adds coherency: what it costs each
pair of workers to stay consistent, so that beyond some number more workers are slower. With T the elapsed time of one worker:

    Amdahl:  T(n) = T (1/n + serial (1 - 1/n))
    USL:     T(n) = T (1/n + serial (1 - 1/n) + coherency (n - 1))

Both are sums of known functions of n with weights of at least 0, so non-negative least squares finds the weights.

A law that is wrong misses in the same way in every block, a right one by noise alone. The test of lack of fit flips the signs
of whole blocks' misses: under a right law with symmetric noise, each pattern of signs is equally probable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import inf, sqrt

import numpy as np

from concbench.stats.verdicts import LEAST_LEVEL

AMDAHL, USL = "Amdahl", "USL"
LEAST_COUNTS = {AMDAHL: 5, USL: 8}
NOTHING = 1e-12  # smaller fractions are rounding errors
NEGLIGIBLE = 1e-3  # a law that misses by less, relatively, fits for all purposes
REJECTED = 1 - LEAST_LEVEL  # probability of its misses up to which a law is rejected; 5 blocks attain it
ALL_SIGNS = 12  # blocks up to which all patterns of signs are tried, 2,048; beyond, as many drawn ones


@dataclass(frozen=True)
class Fit:
    """Describe a law fitted to a sweep. ``serial`` and ``coherency`` are fractions of the work of one worker."""

    law: str
    one_worker_s: float
    serial: float
    coherency: float
    error: float  # root mean square of the relative residuals

    def makespan_s(self, workers: float) -> float:
        """Return the elapsed time that the law predicts for a number of workers, in seconds."""
        shares = np.array([1.0, self.serial, self.coherency])[: width(self.law)]
        return float(self.one_worker_s * (functions(self.law, [workers])[0] @ shares))

    @property
    def best_workers(self) -> float:
        """The number of workers with the shortest predicted time; infinite if more are never slower."""
        if self.coherency <= 0:
            return inf if self.serial < 1 else 1.0
        return max(1.0, sqrt(max(0.0, 1 - self.serial) / self.coherency))

    @property
    def most_speedup(self) -> float:
        """The predicted speed-up of the best number of workers over one; infinite if nothing limits it."""
        if self.best_workers < inf:
            return self.one_worker_s / self.makespan_s(self.best_workers)
        return 1 / self.serial if self.serial > 0 else inf


def width(law: str) -> int:
    return 2 if law == AMDAHL else 3


def functions(law: str, workers: Sequence[float]) -> np.ndarray:
    """Evaluate the law's functions of the number of workers, in a row for each number."""
    n = np.asarray(workers, dtype=float)
    return np.column_stack([1 / n, 1 - 1 / n, n - 1])[:, : width(law)]


def fit(law: str, workers: Sequence[float], makespans_s: Sequence[float]) -> Fit | None:
    """Fit a law by least relative residuals. Return None if the time of one worker isn't above 0."""
    from scipy.optimize import nnls  # takes half a second to import, and few commands need it

    times = np.asarray(makespans_s, dtype=float)
    weights, _ = nnls(functions(law, workers) / times[:, None], np.ones(len(times)))
    if weights[0] <= 0:
        return None
    residuals = functions(law, workers) @ weights / times - 1
    shares = [share if share > NOTHING else 0.0 for share in (*weights[1:] / weights[0], 0.0)]
    return Fit(law, float(weights[0]), float(shares[0]), float(shares[1]), float(np.sqrt(np.mean(residuals**2))))


def misses(fitted: Fit, workers: Sequence[float], makespans_s: Sequence[float]) -> np.ndarray:
    """Return by how much the law misses each time of a block: logarithms of their ratios, with a mean of 0."""
    missed: np.ndarray = np.log([fitted.makespan_s(n) for n in workers]) - np.log(np.asarray(makespans_s, dtype=float))
    missed -= missed.mean()
    return missed


def lack_of_fit(missed: np.ndarray) -> float:
    """Return how probable it is that blocks (rows) miss so much alike if the law is right."""
    blocks = len(missed)
    if np.sqrt(np.mean(missed.mean(axis=0) ** 2)) < NEGLIGIBLE:
        return 1.0
    if blocks <= ALL_SIGNS:
        others = np.array(list(product((1.0, -1.0), repeat=blocks - 1)))  # the first block's sign is no matter
    else:
        others = np.random.default_rng(1).choice((1.0, -1.0), (2 ** (ALL_SIGNS - 1), blocks - 1))
        others[0] = 1.0  # as they are
    sums = missed[0] + others @ missed[1:]
    lengths = (sums**2).sum(axis=1)
    return float(np.mean(lengths >= lengths[0] * (1 - 1e-9)))
