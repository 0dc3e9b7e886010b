"""Fit the scaling laws to every worker sweep: a row for each contender, condition and law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd

from concbench.analysis.optimum import optimum, paired_configurations, swept
from concbench.campaign.campaign import Campaign
from concbench.measured.status import Status
from concbench.records.conditions import CONDITION
from concbench.records.rows import ScalingRow
from concbench.records.tables import known
from concbench.stats.intervals import Interval
from concbench.stats.ratios import measured_blocks
from concbench.stats.scaling_laws import LEAST_COUNTS, REJECTED, USL, Fit, fit, lack_of_fit, misses
from concbench.stats.sequential import SIGNS, campaign_interval
from concbench.stats.verdicts import LEAST_LEVEL

POOR = 0.1  # relative error above which a fit is poor


def in_whole_blocks(runs: pd.DataFrame, configurations: pd.DataFrame) -> pd.DataFrame:
    """Select the runs of the blocks in which all configurations have a run that counts."""
    ok = runs[(runs["status"] == Status.OK) & runs["configuration"].isin(configurations["configuration"])]
    return ok[ok.groupby("block")["configuration"].transform("nunique") == len(configurations)]


def fits_by_block(law: str, runs: pd.DataFrame) -> tuple[dict[int, Fit], np.ndarray]:
    """Fit the law to each block of a whole sweep; return what it misses, too."""
    fits, missed = {}, []
    for block, own in runs.groupby("block"):
        ordered = own.sort_values("workers")
        workers, makespans_s = list(ordered["workers"]), list(ordered["makespan_s"])
        found = fit(law, workers, makespans_s)
        if found:
            fits[int(str(block))] = found
            missed.append(misses(found, workers, makespans_s))
    return fits, np.array(missed)


@dataclass(frozen=True)
class OverBlocks:
    """Makes confidence intervals of medians over blocks; at the last look, if the campaign has looks."""

    campaign: Campaign
    measured: int  # number of blocks without a gap that have the whole sweep

    def interval(self, by_block: Mapping[int, float]) -> Interval:
        """Return the interval of a value that some blocks have."""
        values = [by_block.get(block, nan) for block in range(1, max(by_block) + 1)]
        found = campaign_interval(values, SIGNS, self.campaign.looks, self.measured)
        assert found
        return found


def row(campaign: Campaign, law: str, runs: pd.DataFrame, configurations: pd.DataFrame) -> ScalingRow | None:
    """Fit a law to one contender in one condition; return None where no block has all of its configurations.

    ``configurations`` are its rows of the summary. Medians are taken over the blocks with all of them: those of other blocks
    would differ with the machine's speed.
    """
    together = in_whole_blocks(runs, configurations)
    if together.empty:
        return None
    medians_s = together.groupby("configuration")["makespan_s"].median()
    configurations = configurations.assign(median_s=configurations["configuration"].map(medians_s))
    whole = fit(law, list(configurations["workers"]), list(configurations["median_s"]))
    blocks, missed = fits_by_block(law, together)
    if whole is None or not blocks:
        return None
    measured = measured_blocks(runs[runs["configuration"].isin(configurations["configuration"])])
    over_blocks = OverBlocks(campaign, min(measured.values()))
    serial, coherency = (
        over_blocks.interval({block: getattr(one, share) for block, one in blocks.items()}) for share in ("serial", "coherency")
    )
    p = lack_of_fit(missed) if serial.level >= LEAST_LEVEL else None
    first = configurations.iloc[0]
    made = ScalingRow(
        campaign=campaign.name,
        **{name: known(first[name]) for name in ("experiment", "contender", "server", "interpreter", "size")},
        law=law,
        worker_counts=len(configurations),
        most_workers=int(configurations["workers"].max()),
        blocks=len(blocks),
        one_worker_s=whole.one_worker_s,
        serial_fraction=serial.estimate,
        coherency=coherency.estimate if law == USL else None,
        level=serial.level,
        measured_workers=int(optimum(configurations)["workers"]),
        error=whole.error,
        lack_of_fit_p=p,
        poor=whole.error > POOR or (p is not None and p <= REJECTED),
    )
    if p is not None and not made.poor:
        made.serial_fraction_low, made.serial_fraction_high = serial.low, serial.high
        if law == USL:
            made.coherency_low, made.coherency_high = coherency.low, coherency.high
        fill_predictions(made, whole, over_blocks.interval({block: one.best_workers for block, one in blocks.items()}))
    return made


def fill_predictions(made: ScalingRow, whole: Fit, best: Interval) -> None:
    """Fill in the law's best number of workers up to the largest number measured; that of a block may be infinite."""
    for column, workers in {"workers": whole.best_workers, "low": best.low, "high": best.high}.items():
        if workers <= made.most_workers:
            setattr(made, f"predicted_{column}", workers)
    if made.predicted_workers is not None:
        made.predicted_speedup = whole.most_speedup


def optimum_by_law(row: ScalingRow) -> str:
    """Write the law's best number of workers with its confidence interval, or why there is none."""
    if row.poor:
        return "not shown: the law does not fit"
    if row.lack_of_fit_p is None:
        return "not shown: too few blocks"
    best, low, high = (up_to(workers, row) for workers in (row.predicted_workers, row.predicted_low, row.predicted_high))
    return best if row.predicted_low is None else f"{best} [{low}, {high}]"


def up_to(workers: float | None, row: ScalingRow) -> str:
    """Write a number of workers by the law, which is empty beyond the largest number measured."""
    return f"more than {row.most_workers}" if workers is None else f"{workers:.0f}"


def fit_all(campaign: Campaign, runs: pd.DataFrame, summary: pd.DataFrame, comparisons: pd.DataFrame) -> Iterator[ScalingRow]:
    """Fit all sweeps with enough numbers of workers, in the order of the summary.

    Configurations measured in other invocations than their baselines are left out.
    """
    measured = paired_configurations(summary, comparisons)
    for _, configurations in measured.groupby([*CONDITION, "contender"], sort=False, dropna=False):
        first = configurations.iloc[0]
        if first["contender"] not in swept(campaign.experiments[first["experiment"]]):
            continue
        for law, least in LEAST_COUNTS.items():
            made = row(campaign, law, runs, configurations) if configurations["workers"].nunique() >= least else None
            if made:
                yield made
