"""Fit the scaling laws to every worker sweep: write scaling.csv, a row for each contender, setting and law."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import pandas as pd

from concbench.analysis.optimum import optimum, paired_points, swept
from concbench.campaign.campaign import Campaign
from concbench.records.rows import SETTING, ScalingRow
from concbench.records.tables import known
from concbench.stats.intervals import Interval, median_interval
from concbench.stats.scaling_laws import LEAST_POINTS, Fit, fit

POOR = 0.1  # relative


def fits_by_block(law: str, runs: pd.DataFrame, points: pd.DataFrame) -> list[Fit]:
    """A fit for each block in which all points have a run that counts."""
    ok = runs[(runs["status"] == "ok") & runs["point"].isin(points["point"])]
    whole = ok.groupby("block").filter(lambda own: len(own) == len(points))
    found = (fit(law, list(own["workers"]), list(own["makespan_s"])) for _, own in whole.groupby("block"))
    return [one for one in found if one is not None]


def interval(values: list[float]) -> Interval:
    found = median_interval(values)
    assert found
    return found


def row(campaign: Campaign, law: str, runs: pd.DataFrame, points: pd.DataFrame) -> ScalingRow | None:
    """One contender's fit in one setting; ``points`` are its rows of the summary. None where no block has them all."""
    whole = fit(law, list(points["workers"]), list(points["median_s"]))
    blocks = fits_by_block(law, runs, points)
    if whole is None or not blocks:
        return None
    serial, crosstalk = interval([one.serial for one in blocks]), interval([one.crosstalk for one in blocks])
    first = points.iloc[0]
    made = ScalingRow(
        campaign=campaign.name,
        **{name: known(first[name]) for name in ("experiment", "contender", "origin", "interpreter", "size")},
        law=law,
        points=len(points),
        blocks=len(blocks),
        one_worker_s=whole.one_worker_s,
        serial=serial.estimate,
        serial_low=serial.low,
        serial_high=serial.high,
        level=serial.level,
        predicted_workers=whole.best_workers if isfinite(whole.best_workers) else None,
        measured_workers=int(optimum(points)["workers"]),
        predicted_speedup=whole.most_speedup if isfinite(whole.most_speedup) else None,
        error=whole.error,
        poor=whole.error > POOR,
    )
    best = [one.best_workers for one in blocks]
    if all(map(isfinite, best)):
        made.predicted_low, made.predicted_high = interval(best).low, interval(best).high
    if law == "USL":
        made.crosstalk, made.crosstalk_low, made.crosstalk_high = crosstalk.estimate, crosstalk.low, crosstalk.high
    return made


def fit_all(campaign: Campaign, runs: pd.DataFrame, summary: pd.DataFrame, comparisons: pd.DataFrame) -> Iterator[ScalingRow]:
    """All sweeps that have points enough, in the order of the summary; points measured apart are left out."""
    measured = paired_points(summary, comparisons)
    for setting, points in measured.groupby([*SETTING, "contender"], sort=False, dropna=False):
        if setting[-1] not in swept(campaign.experiments[str(setting[0])]):
            continue
        for law, least in LEAST_POINTS.items():
            made = row(campaign, law, runs, points) if points["workers"].nunique() >= least else None
            if made:
                yield made
