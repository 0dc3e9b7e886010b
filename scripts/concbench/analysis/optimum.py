"""The best number of workers, and how many others are as good: pure functions of the tables."""

from __future__ import annotations

import pandas as pd

from concbench.analysis.dataset import FigureData
from concbench.analysis.warning_kinds import Kind
from concbench.campaign.campaign import CONTROL, Experiment
from concbench.stats.ratios import log_makespans, ratio


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


def called(point: pd.Series) -> str:
    """``asyncio with 160 workers``"""
    return str(point["contender"]) + (f" with {point['workers']:.0f} workers" if point["workers"] > 1 else "")


def as_fast(points: pd.DataFrame, data: FigureData) -> list[str]:
    """The contenders that are no slower than the first, as far as the blocks tell, but for itself."""
    makespans = log_makespans(data.runs)
    found = []
    for _, point in points.iloc[1:].iterrows():
        slower = ratio(makespans[point["point"]], makespans[points["point"][0]]).interval
        if slower is None or slower.low <= 1:
            found.append(called(point))
    return found
