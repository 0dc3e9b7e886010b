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
    """Hold what is recommended at the largest size; rows are of comparisons.csv, with ``median_s``."""

    condition: Condition
    reason: Reason
    blocks: int  # that the comparisons rest on, at least
    chosen: pd.Series | None = None
    best: pd.Series | None = None  # the fastest of those shown to be faster than the baseline
    by_size: pd.DataFrame | None = None  # the chosen configuration's rows, up to the largest size
    as_fast: tuple[pd.Series, ...] = ()  # others that are shown to be as fast, to within the margin
    undecided: tuple[pd.Series, ...] = ()  # others that may be as fast
    lost: tuple[pd.Series, ...] = ()  # those without a run that counts


def recommendations(data: FigureData) -> Iterator[Recommendation]:
    """Recommend a configuration for each interpreter that is installed, in the order of the config."""
    medians = data.summary[["configuration", "median_s"]]
    rows = data.comparisons[~data.comparisons["interpreter"].isin(data.absent)].merge(medians, on="configuration")
    for _, own in rows.groupby("interpreter", sort=False):
        yield recommendation(own, data)


def recommendation(rows: pd.DataFrame, data: FigureData) -> Recommendation:
    """Recommend one of these configurations, which are those of one interpreter."""
    paired = paired_configurations(data.summary, data.comparisons)["configuration"]
    measured = rows[rows["configuration"].isin(paired)]
    baselines = measured[measured["contender"] == data.experiment.baseline]
    size = (rows if baselines.empty else baselines)["size"].max()
    there, here = rows[rows["size"] == size], measured[measured["size"] == size]
    condition, lost = Condition.of(there.iloc[0]), there[there["median_s"].isna()]
    if baselines.empty:
        return Recommendation(condition, Reason.NO_BASELINE, 0, lost=each(lost))
    blocks = int(here["blocks"].min())
    if not here["level"].max() >= LEAST_LEVEL:
        return Recommendation(condition, Reason.TOO_FEW_BLOCKS, blocks, lost=each(lost))
    baseline = here[here["configuration"].eq(here["baseline_configuration"])].iloc[0]
    faster = here[here["verdict"] == Verdict.FASTER]
    if faster.empty:
        undecided = here[here["verdict"] == Verdict.INCONCLUSIVE]
        return Recommendation(
            condition, Reason.NOTHING_FASTER, blocks, chosen=baseline, undecided=each(undecided), lost=each(lost)
        )
    rivals = pd.concat([baseline.to_frame().T, faster]).dropna(subset=["vs_fastest"]).sort_values("vs_fastest")
    close = rivals[rivals["vs_fastest"] <= rivals["vs_fastest"].iloc[0] * (1 + data.campaign.margin)]
    chosen = min(each(close), key=lambda row: effort(row, data.experiment))
    others = here[(here["configuration"] != chosen["configuration"]) & ~here["may_be_fastest"].eq(False)]
    alike = others[[is_shown_alike(chosen, other, data.campaign.margin) for other in each(others)]]
    is_baseline = chosen["configuration"] == baseline["configuration"]
    same = (measured["contender"] == chosen["contender"]) & (measured["workers_asked"] == chosen["workers_asked"])
    return Recommendation(
        condition,
        Reason.LITTLE_GAIN if is_baseline else Reason.FASTER,
        blocks,
        chosen=chosen,
        best=rivals[rivals["configuration"] != baseline["configuration"]].iloc[0],
        by_size=measured[same & (measured["size"] <= size)],
        as_fast=each(alike),
        undecided=each(others.drop(alike.index)),
        lost=each(lost),
    )


def each(rows: pd.DataFrame) -> tuple[pd.Series, ...]:
    return tuple(row for _, row in rows.iterrows())


def effort(row: pd.Series, experiment: Experiment) -> tuple[int, int, int]:
    """Rank a configuration by how much it asks of a program: the model, then its options, then its workers."""
    contender = experiment.contenders[row["contender"]]
    is_listed = contender.model in SIMPLEST_FIRST
    place = SIMPLEST_FIRST.index(contender.model) if is_listed else len(SIMPLEST_FIRST)
    options = {**contender.model_options, **contender.workload_options}
    return place, sum(value is not None for value in options.values()), int(row["workers"])


def is_shown_alike(one: pd.Series, other: pd.Series, margin: float) -> bool:
    """Tell whether two configurations are both shown to be as fast as the fastest, to within the margin."""
    columns = ["vs_fastest", "vs_fastest_low", "vs_fastest_high", "vs_fastest_level"]
    intervals = [Interval(*row[columns]) for row in (one, other) if row[columns].notna().all()]
    return len(intervals) == 2 and all(verdict(found, margin) is Verdict.SAME for found in intervals)
