"""Summarise runs.csv into summary.csv: best-of-N, median, spread and lower bound of each configuration."""

from __future__ import annotations

from math import exp, sqrt

import numpy as np
import pandas as pd

from concbench.analysis.findings import Finding, configuration_findings, experiment_findings, lower_bound_findings, titles
from concbench.analysis.lower_bounds import with_lower_bounds
from concbench.campaign.campaign import Campaign
from concbench.campaign.plan import configurations
from concbench.records.rows import CONFIGURATION_COLUMNS, SummaryRow
from concbench.records.tables import known
from concbench.stats.estimates import best_of
from concbench.stats.intervals import median_interval


def summary_row(campaign: Campaign, runs: pd.DataFrame, of_experiment: list[Finding]) -> SummaryRow:
    """One configuration's row from all its runs; ``of_experiment`` is what its experiment as a whole is warned of."""
    ok = runs[runs["status"] == "ok"]
    makespans = ok["makespan_s"]
    median, lower_bound_s = median_interval(list(makespans)), known(ok["lower_bound_s"].median())
    about = [
        *of_experiment,
        *configuration_findings(runs),
        *lower_bound_findings(runs.iloc[0], makespans.median(), lower_bound_s),
    ]
    return SummaryRow(
        **{name: known(runs[name].iloc[0]) for name in CONFIGURATION_COLUMNS},
        workers=known(runs["workers"].max()),
        planned=len(runs),
        interfered=int((runs["status"] == "interfered").sum()),
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
        lower_bound_s=lower_bound_s,
        nodes=ok["node"].nunique(),
        node_effect=node_effect(ok),
        warnings=titles(about),
    )


def node_effect(ok: pd.DataFrame) -> float | None:
    """How many times as long a configuration's runs typically take on one node as on another; None where runs don't tell.

    From the variance between nodes that the logarithms show beyond that within nodes, which doesn't grow with their number:
    the analysis of variance's estimate for random effects (Searle, Casella and McCulloch, *Variance Components*, chapter 3).
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
    """A row for each configuration, in the order in which the config names them."""
    place = {name: number for number, name in enumerate(configuration.name for configuration in configurations(campaign))}
    by_configuration = [
        of_configuration
        for _, of_configuration in with_lower_bounds(campaign, runs, probes).groupby("configuration", sort=False)
    ]
    by_configuration.sort(key=lambda of_configuration: place[of_configuration["configuration"].iloc[0]])
    of_experiment = {
        str(name): list(experiment_findings(str(name), own, campaign.margin)) for name, own in runs.groupby("experiment")
    }
    return [
        summary_row(campaign, of_configuration, of_experiment[of_configuration["experiment"].iloc[0]])
        for of_configuration in by_configuration
    ]
