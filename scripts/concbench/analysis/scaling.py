"""Fit the scaling laws to every worker sweep: a row for each contender, condition and law."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from concbench.analysis.optimum import optimum, paired_configurations, swept
from concbench.campaign.campaign import Campaign
from concbench.measured.status import Status
from concbench.records.conditions import CONDITION
from concbench.records.rows import ScalingRow
from concbench.records.tables import known
from concbench.stats.intervals import Interval, median_interval
from concbench.stats.scaling_laws import LEAST_COUNTS, REJECTED, USL, Fit, fit, lack_of_fit, misses
from concbench.stats.verdicts import LEAST_BLOCKS

POOR = 0.1  # relative error above which a fit is poor


def fits_by_block(law: str, runs: pd.DataFrame, configurations: pd.DataFrame) -> tuple[list[Fit], np.ndarray]:
    """Fit the law to each block in which all configurations have a run that counts; return what it misses, too."""
    ok = runs[(runs["status"] == Status.OK) & runs["configuration"].isin(configurations["configuration"])]
    fits, missed = [], []
    for _, own in ok.groupby("block"):
        ordered = own.sort_values("workers")
        workers, makespans_s = list(ordered["workers"]), list(ordered["makespan_s"])
        found = fit(law, workers, makespans_s) if len(own) == len(configurations) else None
        if found:
            fits.append(found)
            missed.append(misses(found, workers, makespans_s))
    return fits, np.array(missed)


def interval(values: list[float]) -> Interval:
    found = median_interval(values)
    assert found
    return found


def row(campaign: Campaign, law: str, runs: pd.DataFrame, configurations: pd.DataFrame) -> ScalingRow | None:
    """Fit a law to one contender in one condition; return None where no block has all of its configurations.

    ``configurations`` are its rows of the summary.
    """
    whole = fit(law, list(configurations["workers"]), list(configurations["median_s"]))
    blocks, missed = fits_by_block(law, runs, configurations)
    if whole is None or not blocks:
        return None
    p = lack_of_fit(missed) if len(blocks) >= LEAST_BLOCKS else None
    serial, coherency = interval([one.serial for one in blocks]), interval([one.coherency for one in blocks])
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
        fill_predictions(made, whole, [one.best_workers for one in blocks])
    return made


def fill_predictions(made: ScalingRow, whole: Fit, by_block: list[float]) -> None:
    """Fill in the law's best number of workers up to the largest number measured; a block may have none (infinite)."""
    best = interval(by_block)
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
        return f"not shown: fewer than {LEAST_BLOCKS} blocks"
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
