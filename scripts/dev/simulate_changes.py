"""Simulate campaigns to compare, with known changes, and count the exit statuses of the comparison.

The synthetic runs go through the code that makes the table and the exit status of compare_campaigns.py. Print a Markdown
table. Exit status 1 if a target is missed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise, product
from math import log
from pathlib import Path

import numpy as np
import pandas as pd

from concbench.analysis.changes import FINE, REGRESSED, Results, changed, interpreters_of, status
from concbench.analysis.comparisons import Comparer
from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.plan import Configuration, configurations
from concbench.measured.status import Status
from concbench.records.rows import ComparisonRow, column_meanings
from concbench.stats.verdicts import Verdict
from dev.simulate import within
from dev.simulation import on_all_cpus, run_command

PACE = 0.02  # standard deviation of the machine's log speed from block to block
SPEEDS = log(1.5)  # between the two speeds of a machine that has two
PROBE = 0.05  # standard deviation of one measurement of it
ALLOWED = 0.1
CHANCE, FOUND = 0.05, 0.9  # at most this share may be wrong; at least this share of regressions must be found
ALWAYS = 1.0  # a change of this size must always be found: twice as slow
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class Truth:
    """Describe a kind of comparison. Changes are shares: 0.2 is 20 % slower."""

    configurations: int
    runs: int  # of each configuration on each side
    noise: float = 0.05  # standard deviation of the logarithm of an elapsed time
    machine: float = 0.0  # how much slower the machine is afterwards, which the probe sees as well
    slower: float = 0.0  # how much slower the changed configurations are
    changed: int = 0  # their number
    paired: bool = False  # whether two interpreters are compared in the same blocks
    stays: float | None = None  # for a machine with two speeds: how likely it keeps its speed from block to block
    until_decided: bool = False  # whether each campaign ends when its own comparisons are decided, after at most ``runs``


@dataclass(frozen=True)
class Outcome:
    """Record shares of exit statuses over many simulated comparisons of one kind."""

    truth: Truth
    comparisons: int
    regressed: float
    fine: float
    fine_if_allowed: float  # exit status 0 with --allow


def synthetic_campaign(truth: Truth) -> Campaign:
    """Return a campaign with the kind's number of configurations, on two interpreters if they are compared."""
    contenders: dict[str, object] = {"sync": {"model": "sync"}}
    if truth.configurations > 1:
        contenders["threads"] = {"model": "thread_pool", "workers": list(range(2, truth.configurations + 1))}
    one = {"workload": "sum_squares", "sizes": [1], "baseline": "sync", "contenders": contenders}
    names = [BEFORE, AFTER] if truth.paired else [AFTER]
    interpreters = dict.fromkeys(names, "python")
    repetitions = {"until": "decided", "at_most": truth.runs} if truth.until_decided else truth.runs
    config = {"campaign": "simulated", "repetitions": repetitions, "interpreters": interpreters, "experiments": {"e": one}}
    return campaign_of(config)


def synthetic_runs(
    campaign: Campaign, truth: Truth, after: bool, pace: np.ndarray, random: np.random.Generator
) -> pd.DataFrame:
    """Return the runs of one side, with the columns of ``runs.csv`` that are compared. ``pace`` is by block."""
    side = AFTER if after or not truth.paired else BEFORE
    own = [one for one in configurations(campaign) if one.interpreter == side]
    shape = (truth.runs, len(own))
    speed = np.broadcast_to(pace[:, None] - log(1 + truth.machine) * after, shape)
    effect = np.where(np.arange(len(own)) < truth.changed, log(1 + truth.slower) * after, 0)
    return pd.DataFrame(
        {
            "configuration": np.tile([one.name for one in own], truth.runs),
            "experiment": "e",
            "interpreter": side,
            "block": np.repeat(np.arange(1, truth.runs + 1), len(own)),
            "invocation": "one",
            "status": Status.OK,
            "workers": 1,
            "implementation": None,
            "python_version": None,
            "makespan_s": np.exp(effect - speed + random.normal(0, truth.noise, shape)).ravel(),
            "machine_speed": np.exp(speed + random.normal(0, PROBE, shape)).ravel(),
        }
    )


def measured_until_decided(campaign: Campaign, runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs that are measured if, after each look, blocks hold only what some inconclusive comparison needs.

    Each configuration is compared with the baseline of its interpreter, and with itself on the first interpreter.
    """
    looks, named = campaign.looks, configurations(campaign)
    assert looks
    pairs = [(one.name, other.name) for one, other in product(named, named) if is_compared(other, one, campaign)]
    comparer = Comparer.of(campaign, runs)
    last = dict.fromkeys((one.name for one in named), looks.at_least)
    for look, then in pairwise(looks.blocks):
        at_look = replace(comparer, measured=dict.fromkeys(last, look))
        pairs = [pair for pair in pairs if comparer.verdict(at_look.ratio(*pair)) is Verdict.INCONCLUSIVE]
        last |= dict.fromkeys((name for pair in pairs for name in pair), then)
    return runs[runs["block"] <= runs["configuration"].map(last)]


def is_compared(one: Configuration, baseline: Configuration, campaign: Campaign) -> bool:
    """Tell whether a configuration is compared with another one in the campaign's own tables."""
    if one.interpreter == baseline.interpreter:
        return baseline.contender == "sync" and one.contender != "sync"
    same = (one.contender, one.workers_asked) == (baseline.contender, baseline.workers_asked)
    return same and baseline.interpreter == next(iter(campaign.interpreters))


def pace_of(truth: Truth, random: np.random.Generator) -> np.ndarray:
    """Return the machine's log speed in each block of a side."""
    if truth.stays is None:
        return random.normal(0, PACE, truth.runs)
    changes = random.random(truth.runs) > truth.stays
    return SPEEDS * ((random.integers(2) + np.cumsum(changes)) % 2)


def synthetic_sides(campaign: Campaign, truth: Truth, random: np.random.Generator) -> tuple[Results, Results]:
    """Return what is compared: two campaigns, or two interpreters of one in the same blocks. There is no A/A control."""
    paces = [pace_of(truth, random) for _ in range(2)]
    tables = [synthetic_runs(campaign, truth, bool(side), paces[0 if truth.paired else side], random) for side in range(2)]
    none = pd.DataFrame(columns=list(column_meanings(ComparisonRow)))
    if truth.paired:
        together = pd.concat(tables)
        runs = measured_until_decided(campaign, together) if truth.until_decided else together
        return interpreters_of(Results(Path("one"), campaign, runs, none))
    if truth.until_decided:
        tables = [measured_until_decided(campaign, runs) for runs in tables]
    before, after = (Results(Path(name), campaign, runs, none) for name, runs in zip((BEFORE, AFTER), tables))
    return before, after


def simulate(truth: Truth, comparisons: int, seed: int) -> Outcome:
    """Simulate comparisons of one kind, and return the shares."""
    random, campaign = np.random.default_rng(seed), synthetic_campaign(truth)
    rows = [changed(*synthetic_sides(campaign, truth, random)) for _ in range(comparisons)]
    return Outcome(
        truth=truth,
        comparisons=comparisons,
        regressed=float(np.mean([status(one) == REGRESSED for one in rows])),
        fine=float(np.mean([status(one) == FINE for one in rows])),
        fine_if_allowed=float(np.mean([status(one, ALLOWED) == FINE for one in rows])),
    )


def truths() -> list[Truth]:
    """List what the targets speak of."""
    few, some, many = 1, 8, 50
    return [
        *(Truth(number, 10, machine=machine) for number, machine in product((few, some, many), (0, 0.02, 0.05, 0.1))),
        *(Truth(number, 5, machine=0.1) for number in (few, some, many)),
        *(Truth(number, runs, 0.15) for number, runs in ((some, 5), (some, 20), (many, 10))),
        Truth(some, 20),
        Truth(some, 20, slower=ALLOWED, changed=1),
        *(Truth(some, runs, slower=slower, changed=1) for runs, slower in ((10, ALLOWED), (10, 0.2), (5, 0.2))),
        *(Truth(number, 5, slower=ALWAYS, changed=number) for number in (few, some, many)),
        Truth(some, 6, paired=True),
        *(Truth(number, 10, 0.15, paired=True) for number in (few, some, many)),
        *(Truth(some, 10, slower=slower, changed=1, paired=True) for slower in (ALLOWED, 0.2)),
        *(Truth(some, 10, stays=stays, paired=paired) for stays, paired in product((0.8, 0.95), (False, True))),
        *(Truth(some, 50, noise, paired=paired, until_decided=True) for noise, paired in product((0.05, 0.15), (False, True))),
        Truth(some, 50, slower=0.2, changed=1, until_decided=True),
    ]


def missed(outcome: Outcome) -> str:
    """Return the target that an outcome misses; empty if none."""
    truth, number = outcome.truth, outcome.comparisons
    if truth.slower == 0 and not within(outcome.regressed, 0, CHANCE, number):
        return f"called slower more than {CHANCE:.0%}"
    if truth.slower >= ALWAYS and outcome.regressed < 1:
        return "not always found"
    if truth.slower >= 0.2 and truth.runs >= 10 and not within(outcome.regressed, FOUND, 1, number):
        return f"found less than {FOUND:.0%}"
    if truth.slower >= ALLOWED and not within(outcome.fine_if_allowed, 0, CHANCE, number):
        return f"passed as allowed more than {CHANCE:.0%}"
    return ""


def machine_of(truth: Truth) -> str:
    """Name what the machine does."""
    if truth.stays is not None:
        return f"two speeds, stays {truth.stays:.0%}"
    return f"slower by {truth.machine:.0%}" if truth.machine else "the same"


def table(outcomes: list[Outcome]) -> str:
    rows = [
        {
            "compared": "in pairs" if one.truth.paired else "two campaigns",
            "configurations": one.truth.configurations,
            "runs of each": "until decided" if one.truth.until_decided else one.truth.runs,
            "noise": f"{one.truth.noise:.0%}",
            "machine": machine_of(one.truth),
            "truly slower": f"{one.truth.changed} by {one.truth.slower:.0%}" if one.truth.changed else "none",
            "exit status 1": f"{one.regressed:.1%}",
            "exit status 0": f"{one.fine:.1%}",
            f"0 with --allow {ALLOWED:.0%}": f"{one.fine_if_allowed:.1%}",
            "target missed": missed(one),
        }
        for one in outcomes
    ]
    return pd.DataFrame(rows).to_markdown(index=False, disable_numparse=True)


def simulate_all(comparisons: int, seed: int) -> list[Outcome]:
    """Simulate every kind of comparison on all CPUs, each from its own seed."""
    return on_all_cpus(simulate, truths(), comparisons, seed)


def main() -> None:
    run_command(__doc__, "comparisons", 1000, simulate_all, table, missed)


if __name__ == "__main__":
    main()
