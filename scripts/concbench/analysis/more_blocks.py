"""Forecast how many more blocks would decide a comparison, and how long they take. Pure functions of the tables."""

from __future__ import annotations

from math import ceil, log, sqrt

import pandas as pd

from concbench.campaign.run_costs import PROBE_S
from concbench.records.rows import ComparedColumns
from concbench.stats.intervals import LEVEL, NORMAL
from concbench.stats.verdicts import LEAST_BLOCKS, LEAST_LEVEL

MOST_BLOCKS = 200  # the most that anybody would measure


def blocks_needed(row: ComparedColumns, margin: float) -> int | None:
    """Estimate how many blocks would decide a comparison if effect and spread stay; None if more than anybody measures.

    The half width of a confidence interval falls with the square root of the number of blocks. For ``faster`` or ``slower``
    it must be less than the estimate's distance from 1. For ``same`` the confidence interval must end within the margin.
    """
    if not row.speedup or not row.speedup_low or not row.speedup_high or (row.level or 0) < LEAST_LEVEL:
        return max(LEAST_BLOCKS, row.blocks + 1)  # too few blocks to estimate effect and spread
    effect, widen = abs(log(row.speedup)), to_level(row.level or LEVEL)
    below, above = log(row.speedup / row.speedup_low), log(row.speedup_high / row.speedup)
    towards_one = below if row.speedup > 1 else above
    times = [(towards_one * widen / max(effect, 1e-9)) ** 2]
    if effect < log(1 + margin):
        times.append((max(below, above) * widen / (log(1 + margin) - effect)) ** 2)
    needed = max(LEAST_BLOCKS, row.blocks + 1, ceil(row.blocks * min(*times, 1e9)))
    return needed if needed <= MOST_BLOCKS else None


def blocks_enough(row: ComparedColumns, margin: float, scatter: float) -> int:
    """Estimate how many blocks decide a comparison whatever the effect: an interval no wider than half the margin either way.

    It then excludes 1 or lies within the margin. ``scatter`` is the half width of the condition's intervals at one block: a
    single comparison's own may be small by chance.
    """
    return ceil(min((max(scatter, half_width(row)) / (log(1 + margin) / 2)) ** 2, 1e9))


def half_width(row: ComparedColumns) -> float:
    """Return half the width of a comparison's interval at a level of 95 %, as it would be with one block; 0 if unknown."""
    if not row.speedup_low or not row.speedup_high or (row.level or 0) < LEAST_LEVEL:
        return 0.0
    return log(row.speedup_high / row.speedup_low) / 2 * to_level(row.level or LEVEL) * sqrt(row.blocks)


def to_level(level: float) -> float:
    """Return how much wider an interval is at 95 % than at another level."""
    return NORMAL.inv_cdf((1 + LEVEL) / 2) / NORMAL.inv_cdf((1 + level) / 2)


def taken_s(runs: pd.DataFrame) -> pd.Series:
    """Return how long each run took, with all that goes on around it, in seconds."""
    return runs["makespan_s"].fillna(0) + runs["overhead_s"].fillna(0)


def measuring_s(runs: pd.DataFrame, probes: int) -> float:
    """Return how long runs and a number of micro-benchmarks took together, in seconds."""
    return float(taken_s(runs).sum()) + PROBE_S * probes


def time_of_block(runs: pd.DataFrame) -> float:
    """Estimate how long a block takes, in seconds."""
    return float(taken_s(runs).groupby(runs["block"]).sum().max())
