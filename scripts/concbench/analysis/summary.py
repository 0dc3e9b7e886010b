"""Summarise the runs of each configuration: best-of-N, median, spread and lower bound."""

from __future__ import annotations

from math import exp, sqrt

import numpy as np
import pandas as pd

from concbench.analysis.lower_bounds import with_lower_bounds
from concbench.campaign.campaign import Campaign
from concbench.campaign.plan import configurations
from concbench.measured.status import Status
from concbench.records.rows import CONFIGURATION_COLUMNS, SummaryRow
from concbench.records.tables import known
from concbench.stats.estimates import best_of
from concbench.stats.intervals import Interval
from concbench.stats.looks import Looks
from concbench.stats.ratios import without_gap
from concbench.stats.sequential import SIGNS, campaign_interval


def summary_row(campaign: Campaign, runs: pd.DataFrame) -> SummaryRow:
    """Summarise one configuration's runs."""
    ok = runs[runs["status"] == Status.OK]
    makespans = ok["makespan_s"]
    median = median_of(runs, campaign.looks)
    return SummaryRow(
        **{name: known(runs[name].iloc[0]) for name in CONFIGURATION_COLUMNS},
        workers=known(runs["workers"].max()),
        planned=len(runs),
        interfered=int((runs["status"] == Status.INTERFERED).sum()),
        n=len(ok),
        best_s=known(makespans.min()),
        best_of=campaign.best_of,
        best_of_n_s=best_of(campaign.best_of, list(makespans)),
        median_s=median.estimate if median else None,
        median_low_s=median.low if median else None,
        median_high_s=median.high if median else None,
        median_level=median.level if median else None,
        mean_s=known(makespans.mean()),
        stdev_s=known(makespans.std()),
        cv=known(makespans.std() / makespans.mean()),
        lower_bound_s=known(ok["lower_bound_s"].median()),
        nodes=ok["node"].nunique(),
        node_effect=node_effect(ok),
    )


def median_of(runs: pd.DataFrame, looks: Looks | None) -> Interval | None:
    """Estimate the median elapsed time of one configuration's runs; at the last look, if the campaign has looks."""
    makespans = runs["makespan_s"].where(runs["status"] == Status.OK).set_axis(runs["block"])
    measured = without_gap(set(runs.loc[runs["status"] != Status.MISSING, "block"]))
    return campaign_interval(list(makespans.reindex(range(1, max(makespans.index) + 1))), SIGNS, looks, measured)


def node_effect(ok: pd.DataFrame) -> float | None:
    """Estimate the typical ratio of a configuration's elapsed times between two nodes; None where runs don't show it.

    It follows from the variance between nodes without that within nodes, and doesn't grow with the number of nodes: the
    analysis of variance for random effects (Searle, Casella and McCulloch, *Variance Components*, chapter 3).
    """
    logs = [np.log(own.to_numpy(dtype=float)) for _, own in ok.groupby("node")["makespan_s"]]
    counts, nodes = np.array([len(own) for own in logs]), len(logs)
    if nodes < 2 or counts.max() < 2:
        return None
    centre = np.concatenate(logs).mean()
    between = sum(len(own) * (own.mean() - centre) ** 2 for own in logs) / (nodes - 1)
    within = sum(((own - own.mean()) ** 2).sum() for own in logs) / (counts.sum() - nodes)
    variance = (between - within) * (nodes - 1) / (counts.sum() - (counts**2).sum() / counts.sum())
    return exp(sqrt(2 * max(0.0, variance)))


def summarize(campaign: Campaign, runs: pd.DataFrame, probes: pd.DataFrame) -> list[SummaryRow]:
    """Make a row for each configuration, in the order in which the config names them."""
    place = {name: number for number, name in enumerate(configuration.name for configuration in configurations(campaign))}
    by_configuration = [
        of_configuration
        for _, of_configuration in with_lower_bounds(campaign, runs, probes).groupby("configuration", sort=False)
    ]
    by_configuration.sort(key=lambda of_configuration: place[of_configuration["configuration"].iloc[0]])
    return [summary_row(campaign, of_configuration) for of_configuration in by_configuration]
