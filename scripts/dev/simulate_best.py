"""Simulate choices of the best, and count how often equal contenders are distinguished, and how often slower ones are found.

The synthetic runs go through the code that makes comparisons.csv from runs.csv. Print a Markdown table. Exit status 1 if a
target is missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import log

import numpy as np
import pandas as pd

from concbench.analysis.comparisons import compare
from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import campaign_of
from concbench.measured.status import Status
from concbench.records.rows import CONFIGURATION_COLUMNS
from dev.simulate import within
from dev.simulation import on_all_cpus, planned_apart, repeated, run_command

AT_MOST = 0.05  # of equal contenders, at most
BLOCK_NOISE = 0.2  # standard deviation of what all runs of a block share
STAYS, SLOW_STATE = 0.8, 1.5  # of a machine with two speeds: probability to keep its speed for the next run, and their ratio
SPIKES, SPIKE = 0.1, 1.5
NOISIER = 3.0  # noise of the first two contenders ÷ that of the others


class Disturbance(StrEnum):
    """Name what disturbs the runs, beside the noise."""

    NONE = "none"
    HEAVY_TAILS = "heavy tails (t, 2 degrees of freedom)"
    TWO_SPEEDS = "a machine with two speeds"
    SPIKES = "spikes"
    UNLIKE = "two noisier contenders"


@dataclass(frozen=True)
class Choice:
    """Describe a kind of campaign: contenders, or numbers of workers, all but the first of them ``slower`` by a share."""

    contenders: int
    blocks: int
    noise: float
    slower: float = 0.0
    disturbance: Disturbance = Disturbance.NONE
    sweep: bool = False


@dataclass(frozen=True)
class Distinguished:
    """Record shares over many simulated campaigns of one kind."""

    choice: Choice
    campaigns: int
    any_distinguished: float  # campaigns in which any contender is distinguished from the fastest
    apart: float  # contenders but the fastest that are distinguished


def campaign_with(choice: Choice, experiments: int) -> Campaign:
    """Return a campaign whose experiments are the simulated campaigns."""
    if choice.sweep:
        swept = {"model": "thread_pool", "workers": list(range(1, choice.contenders + 1))}
        contenders = {"sync": {"model": "sync"}, "threading": swept}
    else:
        contenders = {f"c{i}": {"model": "thread_pool", "workers": [2]} for i in range(choice.contenders)}
    one = {"workload": "sum_squares", "sizes": [100], "baseline": next(iter(contenders)), "contenders": contenders}
    config = {"campaign": "simulated", "repetitions": choice.blocks, "experiments": {"one": one}}
    return repeated(campaign_of(config), experiments)


def runs_of(campaign: Campaign, choice: Choice, random: np.random.Generator) -> pd.DataFrame:
    """Return all runs in the order that a campaign of its own would have, with the columns that ``compare`` reads."""
    planned = planned_apart(campaign, random)
    runs = pd.DataFrame(
        {
            "configuration": [run.configuration.name for run in planned],
            "experiment": [run.configuration.experiment for run in planned],
            "contender": [run.configuration.contender for run in planned],
            "workers": [run.configuration.workers_asked for run in planned],
            "block": [run.block for run in planned],
        }
    )
    first = runs["workers"].eq(1) & runs["contender"].ne("sync") if choice.sweep else runs["contender"].eq("c0")
    noisy = runs["workers"].isin([1, 2]) if choice.sweep else runs["contender"].isin(["c0", "c1"])
    logs = noise(choice, len(runs), noisy.to_numpy(), random) + np.where(first, 0.0, log(1 + choice.slower))
    logs += np.where(runs["contender"].eq("sync"), log(10), 0.0)
    logs += runs.groupby(["experiment", "block"]).ngroup().map(dict(enumerate(random.normal(0, BLOCK_NOISE, len(runs)))))
    return runs.assign(makespan_s=np.exp(logs), status=Status.OK, invocation="one")


def noise(choice: Choice, number: int, noisy: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return the noise of runs, in the order in which they are measured."""
    size = np.full(number, choice.noise)
    if choice.disturbance is Disturbance.HEAVY_TAILS:
        return size * random.standard_t(2, number)
    if choice.disturbance is Disturbance.UNLIKE:
        size = np.where(noisy, NOISIER, 1.0) * size
    logs = random.normal(0, size)
    if choice.disturbance is Disturbance.TWO_SPEEDS:
        logs = logs + log(SLOW_STATE) * (np.cumsum(random.random(number) > STAYS) % 2)
    if choice.disturbance is Disturbance.SPIKES:
        logs = logs + log(SPIKE) * (random.random(number) < SPIKES)
    return logs


def summary_of(runs: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each configuration, with the columns of ``summary.csv`` that ``compare`` reads."""
    summary = runs.drop_duplicates("configuration")[["configuration", "experiment", "contender", "workers"]]
    medians = summary["configuration"].map(runs.groupby("configuration")["makespan_s"].median())
    columns = [*CONFIGURATION_COLUMNS, "workers", "median_s", "best_of_n_s", "lower_bound_s"]
    return summary.reindex(columns=columns).assign(workers_asked=summary["workers"].astype(str), size=100, median_s=medians)


def simulate(choice: Choice, campaigns: int, seed: int) -> Distinguished:
    """Simulate campaigns of one kind, and return the shares."""
    campaign = campaign_with(choice, campaigns)
    runs = runs_of(campaign, choice, np.random.default_rng(seed))
    rows = compare(campaign, runs, summary_of(runs))
    column = "may_be_best_workers" if choice.sweep else "may_be_fastest"
    chosen = [row for row in rows if row.contender == "threading" or not choice.sweep]
    apart = pd.Series([getattr(row, column) is False for row in chosen]).groupby([row.experiment for row in chosen]).sum()
    return Distinguished(choice, campaigns, float((apart > 0).mean()), float(apart.mean() / (choice.contenders - 1)))


def choices() -> list[Choice]:
    """List all kinds: equal contenders and flat sweeps, then contenders that are slower."""
    equal = [
        Choice(10, blocks, noise, disturbance=disturbance)
        for blocks in (5, 6, 10, 20)
        for noise, disturbance in (
            (0.01, Disturbance.NONE),
            (0.05, Disturbance.NONE),
            (0.15, Disturbance.NONE),
            (0.05, Disturbance.HEAVY_TAILS),
            (0.05, Disturbance.TWO_SPEEDS),
            (0.05, Disturbance.SPIKES),
            (0.05, Disturbance.UNLIKE),
        )
    ]
    flat = [Choice(8, blocks, noise, sweep=True) for blocks in (5, 6, 20) for noise in (0.05, 0.15)]
    slower = [Choice(10, blocks, 0.05, slower) for blocks in (5, 6, 10, 20) for slower in (0.1, 0.2, 1.0)]
    return [*equal, *flat, *slower]


def missed(one: Distinguished) -> str:
    """Return the target that an outcome misses; empty if none."""
    approximate = one.choice.disturbance is Disturbance.UNLIKE  # the test is exact for equal contenders of equal noise
    if one.choice.slower or approximate or within(one.any_distinguished, 0, AT_MOST, one.campaigns):
        return ""
    return f"distinguished in more than {AT_MOST:.0%}"


def table(found: list[Distinguished]) -> str:
    rows = [
        {
            "chosen from": f"{one.choice.contenders} {'numbers of workers' if one.choice.sweep else 'contenders'}",
            "blocks": one.choice.blocks,
            "noise": f"{one.choice.noise:.0%}",
            "disturbance": one.choice.disturbance,
            "others slower by": f"{one.choice.slower:.0%}",
            "any distinguished": f"{one.any_distinguished:.1%}",
            "share distinguished": f"{one.apart:.1%}",
            "target missed": missed(one),
        }
        for one in found
    ]
    return pd.DataFrame(rows).to_markdown(index=False, disable_numparse=True)


def simulate_all(campaigns: int, seed: int) -> list[Distinguished]:
    """Simulate every kind of campaign on all CPUs, each from its own seed."""
    return on_all_cpus(simulate, choices(), campaigns, seed)


def main() -> None:
    run_command(__doc__, "campaigns", 1000, simulate_all, table, missed)


if __name__ == "__main__":
    main()
