"""Decide which contenders and numbers of workers may be the best. Pure functions of the tables.

The answers, the figures and the tables take that from here.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from concbench.analysis.naming import worker_count
from concbench.campaign.campaign import CONTROL, Campaign, Experiment
from concbench.records.rows import ComparisonRow
from concbench.records.tables import rows_of
from concbench.stats.best import distinguished
from concbench.stats.looks import Looks
from concbench.stats.ratios import Ratio
from concbench.stats.verdicts import LEAST_BLOCKS, LEAST_LEVEL


def swept(experiment: Experiment) -> list[str]:
    """Return the contenders with several numbers of workers."""
    return [name for name, one in experiment.contenders.items() if name != CONTROL and len(one.workers) > 1]


def paired_configurations(summary: pd.DataFrame, comparisons: pd.DataFrame) -> pd.DataFrame:
    """Select the measured configurations, without those measured in other invocations than their baselines."""
    apart = [row.configuration for row in rows_of(comparisons, ComparisonRow) if row.measured_apart]
    return summary[summary["median_s"].notna() & ~summary["configuration"].isin(apart)]


def may_be_best(
    compared: Mapping[str, Ratio], makespans: Mapping[str, pd.Series], best: str, campaign: Campaign
) -> dict[str, bool]:
    """Tell which configurations may be as fast as the one with the shortest median.

    The others are shown to be slower, alone and together with all the rest, and the estimate exceeds the margin. ``compared``
    has each one's elapsed time ÷ that of the best, ``makespans`` their logarithms.
    """
    paired = [best, *(name for name, one in compared.items() if name != best and one.paired)]
    logs = at_last_look(pd.concat([makespans[name] for name in paired], axis=1), campaign.looks)
    apart = dict(zip(paired, distinguished(logs.to_numpy(), 0, campaign.looks)))
    return {name: not (apart.get(name, False) and slower(one, campaign.margin)) for name, one in compared.items()}


def at_last_look(logs: pd.DataFrame, looks: Looks | None) -> pd.DataFrame:
    """Select the blocks of the last look; all without looks, or before the first, when no interval shows anything yet."""
    blocks = logs.index.get_level_values("block")
    return logs[blocks <= looks.last(blocks.max())] if looks and looks.last(blocks.max()) else logs


def slower(found: Ratio, margin: float) -> bool:
    """Tell whether a ratio alone shows that a configuration takes longer, and by more than the margin."""
    interval = found.interval
    return interval is not None and interval.level >= LEAST_LEVEL and interval.low > 1 and interval.estimate > 1 + margin


def as_fast(configurations: pd.DataFrame) -> pd.DataFrame:
    """Select the rows after the first that may be as fast; rows are of one condition, the fastest first."""
    others = configurations.iloc[1:]
    return others[~others["may_be_fastest"].eq(False)]


def optimum(configurations: pd.DataFrame) -> pd.Series:
    """Return the row of the fastest number of workers, by the median."""
    return configurations.sort_values("median_s").iloc[0]


def as_good(configurations: pd.DataFrame, comparisons: pd.DataFrame) -> list[int]:
    """Return the numbers of workers from the fewest to the most that may be the best.

    ``configurations`` are one contender's rows of the summary.
    """
    ordered = configurations.sort_values("workers")
    may_be = ordered["configuration"].map(comparisons.set_index("configuration")["may_be_best_workers"])
    good = ordered["workers"][~may_be.eq(False)]
    return [number for number in numbers_of_workers(ordered) if good.min() <= number <= good.max()]


def numbers_of_workers(configurations: pd.DataFrame) -> list[int]:
    """Return the different numbers of workers, the fewest first: ``[2, cpus]`` are one number on two CPUs."""
    return sorted({int(workers) for workers in configurations["workers"]})


def is_sweep(configurations: pd.DataFrame) -> bool:
    """Check whether a contender has several numbers of workers; rows are of one condition."""
    return any(len(numbers_of_workers(own)) > 1 for _, own in configurations.groupby("contender"))


def workers_in_words(name: str, configurations: pd.DataFrame, comparisons: pd.DataFrame) -> str:
    """Write ``threading: 20 to 80 workers may be fastest; more are slower``."""
    tried, blocks = numbers_of_workers(configurations), configurations["n"].min()
    fewest, most = tried[0], tried[-1]
    if fewest == most:
        return f"{name}: only {worker_count(most)} measured"
    if blocks < LEAST_BLOCKS:
        best = optimum(configurations)["workers"]
        return f"{name}: of {fewest} to {most} workers, {best:.0f} had the shortest median"
    good = as_good(configurations, comparisons)
    if good == tried:
        return f"{name}: {fewest} to {most} workers show no clear difference in {blocks} blocks"
    if good == [most]:
        return f"{name}: {most} workers, the most tried, are fastest"
    if good[-1] == most:
        return f"{name}: more than {good[0]} workers show no clear gain in {blocks} blocks"
    few = f"{good[0]} to {good[-1]} workers may be" if len(good) > 1 else f"{good[0]} worker{'s are' if good[0] > 1 else ' is'}"
    return f"{name}: {few} fastest; more are slower"
