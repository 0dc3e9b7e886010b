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


def paired_configurations(summary: pd.DataFrame, comparisons: pd.DataFrame) -> pd.DataFrame:
    """The measured configurations but for those that were measured in other invocations than the rest."""
    apart = comparisons["warnings"].str.contains(Kind.UNPAIRED.title, na=False)
    return summary[summary["median_s"].notna() & ~summary["configuration"].isin(comparisons[apart]["configuration"])]


def optimum(configurations: pd.DataFrame) -> pd.Series:
    """The row of the fastest number of workers, by the median."""
    return configurations.sort_values("median_s").iloc[0]


def as_good(configurations: pd.DataFrame, runs: pd.DataFrame) -> list[int]:
    """The numbers of workers next to the optimum that are not slower than it, as far as the blocks can tell, and itself."""
    configurations = configurations.sort_values("workers").reset_index(drop=True)
    first = last = int(configurations["median_s"].to_numpy().argmin())
    makespans = log_makespans(runs)
    slowdowns = [
        ratio(makespans[configuration], makespans[configurations["configuration"][first]]).interval
        for configuration in configurations["configuration"]
    ]
    alike = [found is not None and found.low <= 1 for found in slowdowns]
    while first > 0 and alike[first - 1]:
        first -= 1
    while last + 1 < len(configurations) and alike[last + 1]:
        last += 1
    return [int(workers) for workers in configurations["workers"][first : last + 1]]


def called(configuration: pd.Series) -> str:
    """``asyncio with 160 workers``"""
    return str(configuration["contender"]) + (
        f" with {configuration['workers']:.0f} workers" if configuration["workers"] > 1 else ""
    )


def as_fast(configurations: pd.DataFrame, data: FigureData) -> list[str]:
    """The contenders that are no slower than the first, as far as the blocks tell, but for itself."""
    makespans = log_makespans(data.runs)
    found = []
    for _, configuration in configurations.iloc[1:].iterrows():
        slower = ratio(makespans[configuration["configuration"]], makespans[configurations["configuration"][0]]).interval
        if slower is None or slower.low <= 1:
            found.append(called(configuration))
    return found
