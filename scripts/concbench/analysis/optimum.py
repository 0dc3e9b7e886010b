"""Find the best number of workers, and the contenders and numbers of workers that may be as good.

Pure functions of the tables.
"""

from __future__ import annotations

import pandas as pd

from concbench.campaign.campaign import CONTROL, Experiment
from concbench.records.rows import ComparisonRow
from concbench.records.tables import rows_of


def swept(experiment: Experiment) -> list[str]:
    """Return the contenders with several numbers of workers."""
    return [name for name, one in experiment.contenders.items() if name != CONTROL and len(one.workers) > 1]


def paired_configurations(summary: pd.DataFrame, comparisons: pd.DataFrame) -> pd.DataFrame:
    """Select the measured configurations, without those measured in other invocations than their baselines."""
    apart = [row.configuration for row in rows_of(comparisons, ComparisonRow) if row.measured_apart]
    return summary[summary["median_s"].notna() & ~summary["configuration"].isin(apart)]


def optimum(configurations: pd.DataFrame) -> pd.Series:
    """Return the row of the fastest number of workers, by the median."""
    return configurations.sort_values("median_s").iloc[0]


def as_good(configurations: pd.DataFrame, comparisons: pd.DataFrame) -> list[int]:
    """Return the best number of workers with its neighbours whose confidence interval reaches it.

    ``configurations`` are one contender's rows of the summary.
    """
    ordered = configurations.sort_values("workers").reset_index(drop=True)
    first = last = int(ordered["median_s"].to_numpy().argmin())
    low = ordered["configuration"].map(comparisons.set_index("configuration")["vs_best_workers_low"])
    alike = list(low <= 1)
    while first > 0 and alike[first - 1]:
        first -= 1
    while last + 1 < len(ordered) and alike[last + 1]:
        last += 1
    return [int(workers) for workers in ordered["workers"][first : last + 1]]


def as_fast(configurations: pd.DataFrame, margin: float = 0.0) -> pd.DataFrame:
    """Select the rows after the first that may be as fast, or are slower by ``margin`` at most.

    ``configurations`` are those of one condition, with the columns of comparisons.csv, the fastest first.
    """
    others = configurations.iloc[1:]
    slower = (others["vs_fastest_low"] > 1) & (others["vs_fastest"] > 1 + margin)
    return others[~slower]
