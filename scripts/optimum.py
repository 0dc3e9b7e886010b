"""The best number of workers, and how many others are as good: pure functions of the tables."""

from __future__ import annotations

import pandas as pd

from campaign import CONTROL, Experiment
from compare import log_makespans, ratio
from warning_kinds import Kind


def swept(experiment: Experiment) -> list[str]:
    """The contenders with several numbers of workers."""
    return [name for name, one in experiment.contenders.items() if name != CONTROL and len(one.workers) > 1]


def paired_points(summary: pd.DataFrame, comparisons: pd.DataFrame) -> pd.DataFrame:
    """The measured points but for those that were measured in other sessions than the rest."""
    apart = comparisons["warnings"].str.contains(Kind.UNPAIRED.title, na=False)
    return summary[summary["median_s"].notna() & ~summary["point"].isin(comparisons[apart]["point"])]


def optimum(points: pd.DataFrame) -> pd.Series:
    """The row of the fastest number of workers, by the median."""
    return points.sort_values("median_s").iloc[0]


def as_good(points: pd.DataFrame, runs: pd.DataFrame) -> list[int]:
    """The numbers of workers next to the optimum that are not slower than it, as far as the blocks can tell, and itself."""
    points = points.sort_values("workers").reset_index(drop=True)
    first = last = int(points["median_s"].to_numpy().argmin())
    makespans = log_makespans(runs)
    slowdowns = [ratio(makespans[point], makespans[points["point"][first]]).interval for point in points["point"]]
    alike = [found is not None and found.low <= 1 for found in slowdowns]
    while first > 0 and alike[first - 1]:
        first -= 1
    while last + 1 < len(points) and alike[last + 1]:
        last += 1
    return [int(workers) for workers in points["workers"][first : last + 1]]
