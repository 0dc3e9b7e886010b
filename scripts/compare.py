"""Compare every point with its experiment's baseline: runs.csv and summary.csv in, comparisons.csv out."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from math import exp
from pathlib import Path

import numpy as np
import pandas as pd

from campaign import CONTROL, Campaign, Experiment
from intervals import Interval, shift_interval, signed_rank_interval
from tables import POINT_COLUMNS, SETTING, ComparisonRow, RunRow, SummaryRow, known, read_table, write_table
from verdicts import relative, verdict


@dataclass(frozen=True)
class Ratio:
    """How many times as long one point took as another, as far as the runs tell."""

    interval: Interval | None  # of the ratio itself, not its logarithm
    paired: bool
    blocks: int  # that it rests on


def log_makespans(runs: pd.DataFrame) -> dict[str, pd.Series]:
    """For each point the logarithms of its runs that count, by block and session."""
    ok = runs[runs["status"] == "ok"]
    values = pd.Series(np.log(ok["makespan_s"].to_numpy()), index=pd.MultiIndex.from_frame(ok[["block", "session"]]))
    return {str(point): values.iloc[places] for point, places in ok.groupby("point").indices.items()}


def ratio(one: pd.Series, other: pd.Series) -> Ratio:
    """``one`` ÷ ``other``, from their logarithms.

    Paired within block and session where most blocks allow it, else from all runs of the two, unpaired.
    """
    differences = (one - other).dropna()
    both = len(one.index.get_level_values("block").intersection(other.index.get_level_values("block")))
    paired = 2 * len(differences) > both
    found = signed_rank_interval(list(differences)) if paired else shift_interval(list(one), list(other))
    blocks = len(differences) if paired else min(len(one), len(other))
    if found is None:
        return Ratio(None, paired, blocks)
    return Ratio(Interval(exp(found.estimate), exp(found.low), exp(found.high), found.level), paired, blocks)


def noise_floor(rivals: pd.DataFrame, experiment: Experiment, makespans: dict[str, pd.Series]) -> float | None:
    """The difference between the control's two measurements, relative; None without a control.

    Where the control has several numbers of workers, the largest of their differences.
    """
    floors = []
    for _, control in rivals[rivals["contender"] == CONTROL].iterrows():
        twins = rivals[(rivals["contender"] == experiment.control) & (rivals["workers_asked"] == control["workers_asked"])]
        pair = [makespans.get(str(row["point"])) for row in (control, twins.iloc[0])]
        if pair[0] is not None and pair[1] is not None:
            interval = ratio(pair[0], pair[1]).interval
            floors += [relative(np.log(interval.estimate))] if interval else []
    return max(floors, default=None)


def comparison(
    point: pd.Series, baseline: pd.Series, floor: float | None, margin: float, makespans: dict[str, pd.Series]
) -> ComparisonRow:
    empty = pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[], []], names=["block", "session"]))
    found = ratio(makespans.get(baseline["point"], empty), makespans.get(point["point"], empty))
    row = ComparisonRow(
        **{name: known(point[name]) for name in POINT_COLUMNS},
        workers=known(point["workers"]),
        baseline=baseline["contender"],
        blocks=found.blocks,
        paired=found.paired,
        best_of_n_speedup=known(baseline["best_of_n_s"] / point["best_of_n_s"]),
        noise_floor=floor,
    )
    if found.interval:
        row.speedup, row.level = found.interval.estimate, found.interval.level
        row.speedup_low, row.speedup_high = found.interval.low, found.interval.high
    if point["point"] != baseline["point"]:
        row.verdict = verdict(found.interval, margin, floor)
    return row


def compare(campaign: Campaign, runs: pd.DataFrame, summary: pd.DataFrame) -> list[ComparisonRow]:
    """A row for each point, in the order of the summary; of a swept baseline, the first number of workers counts."""
    makespans = log_makespans(runs)
    rows = []
    for _, rivals in summary.groupby(list(SETTING), sort=False, dropna=False):
        experiment = campaign.experiments[rivals["experiment"].iloc[0]]
        baseline = rivals[rivals["contender"] == experiment.baseline].iloc[0]
        floor = noise_floor(rivals, experiment, makespans)
        rows += [comparison(point, baseline, floor, campaign.margin, makespans) for _, point in rivals.iterrows()]
    place = {name: number for number, name in enumerate(summary["point"])}
    return sorted(rows, key=lambda row: place[row.point])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, type=Path, help="the campaign's config, as JSON")
    parser.add_argument("--runs", required=True, type=Path, help="runs.csv")
    parser.add_argument("--summary", required=True, type=Path, help="summary.csv")
    parser.add_argument("--table", required=True, type=Path, help="file to write: comparisons.csv")
    arguments = parser.parse_args()
    runs, summary = read_table(arguments.runs, RunRow), read_table(arguments.summary, SummaryRow)
    write_table(arguments.table, ComparisonRow, compare(Campaign.read(arguments.config), runs, summary))


if __name__ == "__main__":
    main()
