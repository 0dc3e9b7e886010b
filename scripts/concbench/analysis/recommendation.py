"""Choose what to recommend for work of the user's own: the simplest of those that are as fast as the best.

Pure functions of the tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

import pandas as pd

from concbench.analysis.dataset import FigureData
from concbench.analysis.optimum import paired_configurations
from concbench.campaign.campaign import Experiment
from concbench.records.conditions import Condition
from concbench.stats.intervals import Interval
from concbench.stats.verdicts import LEAST_LEVEL, Verdict, verdict

SIMPLEST_FIRST = (
    "sync",
    "thread_pool",
    "threads_and_queue",
    "asyncio_to_thread",
    "asyncio",
    "asyncio_task_group",
    "asyncio_workers",
    "process_pool_executor",
    "multiprocessing_pool",
    "process_event_loops",
)
"""Models; all others come after them, since they take another package or a newer Python."""


class Reason(Enum):
    """Say why a configuration is recommended, or why none is."""

    FASTER = auto()  # it is shown to be faster than the baseline, and as fast as the best
    LITTLE_GAIN = auto()  # it is the baseline, and the best gains less than the margin
    NOTHING_FASTER = auto()  # it is the baseline, and nothing is shown to be faster
    TOO_FEW_BLOCKS = auto()
    NO_BASELINE = auto()  # no run of the baseline counts


@dataclass(frozen=True)
class Recommendation:
    """Hold what is recommended at the largest size; rows are of comparisons.csv, with some columns of summary.csv."""

    condition: Condition
    reason: Reason
    blocks: int  # the most that a verdict, or what is undecided, rests on
    chosen: pd.Series | None = None
    best: pd.Series | None = None  # the fastest of those shown to be faster than the baseline
    by_size: pd.DataFrame | None = None  # the chosen configuration's rows, up to the largest size
    as_fast: tuple[pd.Series, ...] = ()  # others that are shown to be as fast, to within the margin
    undecided: tuple[pd.Series, ...] = ()  # others that may have to be recommended instead
    lost: tuple[pd.Series, ...] = ()  # those without a run that counts
    shortest: str | None = None  # the configuration with the shortest median, which the others are compared with


def recommendations(data: FigureData) -> Iterator[Recommendation]:
    """Recommend a configuration for each interpreter that is installed, in the order of the config."""
    summary = data.summary[["configuration", "median_s", "n", "planned", "interfered"]]
    rows = data.comparisons[~data.comparisons["interpreter"].isin(data.absent)].merge(summary, on="configuration")
    for _, own in rows.groupby("interpreter", sort=False):
        yield recommendation(own, data)


def recommendation(rows: pd.DataFrame, data: FigureData) -> Recommendation:
    """Recommend one of these configurations, which are those of one interpreter."""
    paired = paired_configurations(data.summary, data.comparisons)["configuration"]
    measured = rows[rows["configuration"].isin(paired)]
    baselines = measured[measured["configuration"] == measured["baseline_configuration"]]
    size = (rows if baselines.empty else baselines)["size"].max()
    there, here = rows[rows["size"] == size], measured[measured["size"] == size]
    condition, lost = Condition.of(there.iloc[0]), each(there[there["median_s"].isna()])
    if baselines.empty:
        return Recommendation(condition, Reason.NO_BASELINE, 0, lost=lost)
    if not here["level"].max() >= LEAST_LEVEL:
        return Recommendation(condition, Reason.TOO_FEW_BLOCKS, int(here["blocks"].max()), lost=lost)
    baseline = here[here["configuration"] == here["baseline_configuration"]].iloc[0]
    blocks, faster = int(here["n"].max()), here[here["verdict"] == Verdict.FASTER]
    if faster.empty:
        unclear = each(here[here["verdict"] == Verdict.INCONCLUSIVE])
        return Recommendation(condition, Reason.NOTHING_FASTER, blocks, baseline, undecided=unclear, lost=lost)
    chosen, best = choice(here, baseline, faster, data)
    others = each(here[(here["configuration"] != chosen["configuration"]) & ~here["may_be_fastest"].eq(False)])
    shortest = here.sort_values("median_s").iloc[0]["configuration"]
    same = (measured["contender"] == chosen["contender"]) & (measured["workers_asked"] == chosen["workers_asked"])
    return Recommendation(
        condition,
        Reason.LITTLE_GAIN if chosen["configuration"] == baseline["configuration"] else Reason.FASTER,
        blocks,
        chosen,
        best,
        by_size=measured[same & (measured["size"] <= size)],
        as_fast=tuple(one for one in others if is_shown_alike(chosen, one, data.campaign.margin)),
        undecided=tuple(one for one in others if is_rival(one, chosen, shortest, data)),
        lost=lost,
        shortest=shortest,
    )


def choice(here: pd.DataFrame, baseline: pd.Series, faster: pd.DataFrame, data: FigureData) -> tuple[pd.Series, pd.Series]:
    """Return the simplest within the margin of the best, and the best.

    Their estimates decide, not what may be as fast: in few noisy blocks, that may be much that is slower.
    """
    shown = here["configuration"].isin([baseline["configuration"], *faster["configuration"]])
    ranked = here[shown & here["vs_fastest"].notna()].sort_values("vs_fastest")
    close = ranked[ranked["vs_fastest"] <= ranked["vs_fastest"].iloc[0] * (1 + data.campaign.margin)]
    chosen = min(each(close), key=lambda row: effort(row, data.experiment))
    return chosen, faster.sort_values("vs_fastest").iloc[0]


def each(rows: pd.DataFrame) -> tuple[pd.Series, ...]:
    return tuple(row for _, row in rows.iterrows())


def effort(row: pd.Series, experiment: Experiment) -> tuple[int, int, int]:
    """Rank a configuration by how much it asks of a program: the model, then its options, then its workers."""
    contender = experiment.contenders[row["contender"]]
    is_listed = contender.model in SIMPLEST_FIRST
    place = SIMPLEST_FIRST.index(contender.model) if is_listed else len(SIMPLEST_FIRST)
    options = {**contender.model_options, **contender.workload_options}
    return place, sum(value is not None for value in options.values()), int(row["workers"])


def is_rival(other: pd.Series, chosen: pd.Series, shortest: str, data: FigureData) -> bool:
    """Tell whether another may have to be recommended: it may be faster by more than the margin, or as fast and is simpler.

    All are compared with the one that has the shortest median, ``shortest``.
    """
    most = 1 + data.campaign.margin
    if other["configuration"] == shortest:
        return bool(chosen["vs_fastest_high"] > most)
    is_simpler = effort(other, data.experiment) < effort(chosen, data.experiment)
    return bool(other["vs_fastest_low"] < 1 / most or (is_simpler and other["vs_fastest_low"] <= most))


def is_shown_alike(one: pd.Series, other: pd.Series, margin: float) -> bool:
    """Tell whether two configurations are both shown to be as fast as the fastest, to within the margin."""
    columns = ["vs_fastest", "vs_fastest_low", "vs_fastest_high", "vs_fastest_level"]
    intervals = [Interval(*row[columns]) for row in (one, other) if row[columns].notna().all()]
    return len(intervals) == 2 and all(verdict(found, margin) is Verdict.SAME for found in intervals)
