"""Fit the scaling laws to every worker sweep: a row for each contender, condition and law."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import pandas as pd

from concbench.analysis.optimum import optimum, paired_configurations, swept
from concbench.campaign.campaign import Campaign
from concbench.measured.status import Status
from concbench.records.conditions import CONDITION
from concbench.records.rows import ScalingRow
from concbench.records.tables import known
from concbench.stats.intervals import Interval, median_interval
from concbench.stats.scaling_laws import LEAST_COUNTS, Fit, fit

POOR = 0.1  # relative error above which a fit is poor


def fits_by_block(law: str, runs: pd.DataFrame, configurations: pd.DataFrame) -> list[Fit]:
    """Fit the law to each block in which all configurations have a run that counts."""
    ok = runs[(runs["status"] == Status.OK) & runs["configuration"].isin(configurations["configuration"])]
    whole = ok.groupby("block").filter(lambda own: len(own) == len(configurations))
    found = (fit(law, list(own["workers"]), list(own["makespan_s"])) for _, own in whole.groupby("block"))
    return [one for one in found if one is not None]


def interval(values: list[float]) -> Interval:
    found = median_interval(values)
    assert found
    return found


def row(campaign: Campaign, law: str, runs: pd.DataFrame, configurations: pd.DataFrame) -> ScalingRow | None:
    """Fit a law to one contender in one condition; return None where no block has all of its configurations.

    ``configurations`` are its rows of the summary.
    """
    whole = fit(law, list(configurations["workers"]), list(configurations["median_s"]))
    blocks = fits_by_block(law, runs, configurations)
    if whole is None or not blocks:
        return None
    serial, coherency = interval([one.serial for one in blocks]), interval([one.coherency for one in blocks])
    first = configurations.iloc[0]
    made = ScalingRow(
        campaign=campaign.name,
        **{name: known(first[name]) for name in ("experiment", "contender", "server", "interpreter", "size")},
        law=law,
        worker_counts=len(configurations),
        blocks=len(blocks),
        one_worker_s=whole.one_worker_s,
        serial_fraction=serial.estimate,
        serial_fraction_low=serial.low,
        serial_fraction_high=serial.high,
        level=serial.level,
        predicted_workers=whole.best_workers if isfinite(whole.best_workers) else None,
        measured_workers=int(optimum(configurations)["workers"]),
        predicted_speedup=whole.most_speedup if isfinite(whole.most_speedup) else None,
        error=whole.error,
        poor=whole.error > POOR,
    )
    best = [one.best_workers for one in blocks]
    if all(map(isfinite, best)):
        made.predicted_low, made.predicted_high = interval(best).low, interval(best).high
    if law == "USL":
        made.coherency, made.coherency_low, made.coherency_high = coherency.estimate, coherency.low, coherency.high
    return made


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
