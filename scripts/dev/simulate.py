"""Simulate campaigns with known effects, and count how often confidence intervals cover the truth and verdicts are right.

The synthetic runs go through the code that makes comparisons.csv from runs.csv. Print a Markdown table. Exit status 1 if a
target is missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd

from concbench.analysis.comparisons import compare
from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import campaign_of
from concbench.measured.status import Status
from concbench.records.rows import CONFIGURATION_COLUMNS, ComparisonRow
from concbench.stats.intervals import median_interval
from concbench.stats.verdicts import DECIDED
from dev.simulation import on_all_cpus, planned_apart, repeated, run_command

NOISES, BLOCKS = (0.01, 0.05, 0.2), (5, 10, 30)
DRIFT, OUTLIERS, OUTLIER_FACTOR = 0.3, 0.1, 2.0
COVERED, FALSE_CALLS, FOUND = (0.93, 0.97), {5: 0.07, 10: 0.05, 30: 0.05}, 0.8
COVERED_IN_DRIFT = (0.93, 1.0)  # the order balances places, so that intervals are wider than they need be
DOUBT = 2.0  # standard errors by which a simulated share may miss a target


@dataclass(frozen=True)
class Truth:
    """Describe a kind of campaign: a baseline and a rival that is ``speedup`` times as fast, with noise and disturbances."""

    blocks: int
    noise: float  # standard deviation of the logarithm of the elapsed time
    speedup: float = 1.0
    drift: float = 0.0  # relative, across the campaign and again within each block
    outliers: float = 0.0  # share of all runs that take twice the time
    rival_outliers: float = 0.0  # share of the rival's runs that take twice the time

    @property
    def disturbance(self) -> str:
        named = {"drift": self.drift, "outliers": self.outliers, "outliers of the rival alone": self.rival_outliers}
        return ", ".join(name for name, size in named.items() if size) or "none"


@dataclass(frozen=True)
class Outcome:
    """Record shares over many simulated campaigns of one kind."""

    truth: Truth
    campaigns: int
    level: float
    covered: float
    called: float  # faster or slower
    median_covered: float


def synthetic_campaign(experiments: int, blocks: int) -> Campaign:
    """Return a campaign whose experiments are the simulated campaigns, each with its baseline as A/A control."""
    contenders = {"sync": {"model": "sync"}, "rival": {"model": "thread_pool", "workers": [2]}}
    one = {"workload": "sum_squares", "sizes": [1], "baseline": "sync", "control": "sync", "contenders": contenders}
    return repeated(campaign_of({"campaign": "simulated", "repetitions": blocks, "experiments": {"one": one}}), experiments)


def synthetic_runs(campaign: Campaign, truth: Truth, random: np.random.Generator) -> pd.DataFrame:
    """Return all runs in the order that a campaign of its own would have, with the columns of ``runs.csv``."""
    planned = planned_apart(campaign, random)
    runs = pd.DataFrame(
        {
            "configuration": [run.configuration.name for run in planned],
            "experiment": [run.configuration.experiment for run in planned],
            "contender": [run.configuration.contender for run in planned],
            "block": [run.block for run in planned],
        }
    )
    place = runs.groupby(["experiment", "block"]).cumcount() / 3
    drift = (1 + truth.drift * (runs["block"] - 1 + place) / truth.blocks) * (1 + truth.drift * place)
    rival = runs["contender"] == "rival"
    share = truth.outliers + truth.rival_outliers * rival
    factor = np.where(random.random(len(runs)) < share, OUTLIER_FACTOR, 1.0)
    makespans: Any = drift * factor * np.exp(random.normal(0, truth.noise, len(runs))) / np.where(rival, truth.speedup, 1.0)
    return runs.assign(makespan_s=makespans, status=Status.OK, invocation="one")


def synthetic_summary(runs: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each configuration, with the columns of ``summary.csv`` that ``compare`` reads."""
    summary = runs.drop_duplicates("configuration")[["configuration", "experiment", "contender"]]
    columns = [*CONFIGURATION_COLUMNS, "workers", "median_s", "best_of_n_s", "lower_bound_s"]
    return summary.reindex(columns=columns).assign(workers_asked="1", size=1)


def simulate(truth: Truth, campaigns: int, seed: int) -> Outcome:
    """Simulate campaigns of one kind, and return the shares."""
    campaign = synthetic_campaign(campaigns, truth.blocks)
    runs = synthetic_runs(campaign, truth, np.random.default_rng(seed))
    rows = [row for row in compare(campaign, runs, synthetic_summary(runs)) if row.contender == "rival"]
    medians = runs[runs["contender"] == "sync"].groupby("experiment")["makespan_s"].apply(list)
    covering = [interval.low <= 1 <= interval.high for values in medians if (interval := median_interval(values))]
    return Outcome(
        truth=truth,
        campaigns=campaigns,
        level=rows[0].level or 0,
        covered=float(np.mean([covers(row, truth.speedup) for row in rows])),
        called=float(np.mean([row.verdict in DECIDED for row in rows])),
        median_covered=float(np.mean(covering)),
    )


def covers(row: ComparisonRow, speedup: float) -> bool:
    return row.speedup_low is not None and row.speedup_high is not None and row.speedup_low <= speedup <= row.speedup_high


def truths() -> list[Truth]:
    """List every noise and number of blocks, with and without disturbances. The last ones have no target."""
    kinds: tuple[dict[str, float], ...] = ({}, {"drift": DRIFT}, {"outliers": OUTLIERS}, {"drift": DRIFT, "outliers": OUTLIERS})
    equal = [Truth(blocks, noise, **kind) for blocks, noise, kind in product(BLOCKS, NOISES, kinds)]
    return [*equal, Truth(10, 0.05, speedup=1.1), *(Truth(blocks, 0.05, rival_outliers=OUTLIERS) for blocks in BLOCKS)]


def within(share: float, low: float, high: float, campaigns: int) -> bool:
    """Check that a simulated share lies between two limits, allowing for the error of the simulation."""
    return all(
        (share - bar) * side <= DOUBT * sqrt(bar * (1 - bar) / campaigns) for bar, side in ((low, -1), (high, 1)) if 0 < bar < 1
    )


def missed(outcome: Outcome) -> str:
    """Return the target that an outcome misses; empty if none."""
    truth, campaigns = outcome.truth, outcome.campaigns
    low, high = COVERED_IN_DRIFT if truth.drift else COVERED
    if truth.rival_outliers:
        return ""
    if truth.speedup != 1:
        return "" if within(outcome.called, FOUND, 1, campaigns) else f"found less than {FOUND:.0%}"
    if not within(outcome.covered, low, high, campaigns):
        return f"covered outside {low:.0%} to {high:.0%}"
    most = FALSE_CALLS[truth.blocks]
    return "" if within(outcome.called, 0, most, campaigns) else f"called more than {most:.0%}"


def table(outcomes: list[Outcome]) -> str:
    rows = [
        {
            "blocks": one.truth.blocks,
            "noise": f"{one.truth.noise:.0%}",
            "disturbance": one.truth.disturbance,
            "true speed-up": one.truth.speedup,
            "level": f"{one.level:.2%}",
            "covered": f"{one.covered:.1%}",
            "called faster or slower": f"{one.called:.1%}",
            "median covered": "" if one.truth.drift else f"{one.median_covered:.1%}",
            "bar missed": missed(one),
        }
        for one in outcomes
    ]
    return pd.DataFrame(rows).to_markdown(index=False, disable_numparse=True)


def simulate_all(campaigns: int, seed: int) -> list[Outcome]:
    """Simulate every kind of campaign on all CPUs, each from its own seed."""
    return on_all_cpus(simulate, truths(), campaigns, seed)


def main() -> None:
    run_command(__doc__, "campaigns", 4000, simulate_all, table, missed)


if __name__ == "__main__":
    main()
