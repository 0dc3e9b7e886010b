"""Simulate campaigns in which a contender slows down the next run, or none does, and count the warnings of it.

The synthetic runs go through the code that makes warnings.csv. Print a Markdown table. Exit status 1 if a target is missed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd

from concbench.analysis.findings import order_findings
from dev.simulate import within
from dev.simulate_looks import STEADY, THIRD, Disturbance, Truth, campaign, synthetic_runs
from dev.simulation import on_all_cpus, run_command

FALSE_ALARMS, FOUND = 0.02, 0.8
FOUND_FROM = 6  # contenders; with fewer, a run that is slowed is a larger part of what it is compared with


@dataclass(frozen=True)
class Kind:
    """Describe a kind of campaign: equal contenders of which none, or the third, slows down the run after its own."""

    truth: Truth
    blocks: int

    @property
    def carries(self) -> bool:
        return self.truth.disturbance == Disturbance.CARRIED_BY_THIRD


@dataclass(frozen=True)
class Outcome:
    """Record shares over many simulated campaigns of one kind."""

    kind: Kind
    campaigns: int
    warned: float  # of any contender
    found: float  # the third is named


def kinds() -> list[Kind]:
    """List every disturbance for few and many contenders and blocks."""
    quiet = [
        Truth(0.05),
        Truth(0.05, disturbance=Disturbance.HEAVY_TAILS),
        *(Truth(STEADY, disturbance=Disturbance.TWO_SPEEDS, stays=stays) for stays in (0.5, 0.8, 0.95)),
        Truth(STEADY, disturbance=Disturbance.RANDOM_WALK),
        Truth(0.05, disturbance=Disturbance.DRIFT),
    ]
    truths = [*quiet, Truth(0.05, disturbance=Disturbance.CARRIED_BY_THIRD)]
    sizes = product((3, 6, 20), (10, 30))
    return [Kind(replace(truth, contenders=number), blocks) for (number, blocks), truth in product(sizes, truths)]


def simulate(kind: Kind, campaigns: int, seed: int) -> Outcome:
    """Simulate campaigns of one kind, and return the shares."""
    synthetic, random = campaign(kind.truth.contenders, kind.blocks), np.random.default_rng(seed)
    (experiment,) = synthetic.experiments
    warned = found = 0
    for _ in range(campaigns):
        runs = synthetic_runs(kind.truth, synthetic, random).assign(experiment=experiment)
        named = {one.configuration for one in order_findings(synthetic, runs, summary_of(runs))}
        warned += bool(named)
        found += THIRD in named
    return Outcome(kind, campaigns, warned / campaigns, found / campaigns)


def summary_of(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of ``summary.csv`` that name configurations."""
    names = runs.drop_duplicates("configuration")[["configuration", "experiment"]]
    about = names.assign(contender=names["configuration"], model="thread_pool", workers=2)
    return about.assign(server=None, interpreter="default", size=1)


def missed(outcome: Outcome) -> str:
    """Return the target that an outcome misses; empty if none."""
    kind = outcome.kind
    if not kind.carries and not within(outcome.warned, 0, FALSE_ALARMS, outcome.campaigns):
        return f"warned in more than {FALSE_ALARMS:.0%}"
    if kind.carries and kind.truth.contenders >= FOUND_FROM and not within(outcome.found, FOUND, 1, outcome.campaigns):
        return f"found in less than {FOUND:.0%}"
    return ""


def table(outcomes: list[Outcome]) -> str:
    rows = [
        {
            "contenders": one.kind.truth.contenders,
            "blocks": one.kind.blocks,
            "noise": f"{one.kind.truth.noise:.0%}",
            "disturbance": replace(one.kind.truth, contenders=2).name,
            "warned": f"{one.warned:.1%}",
            "the third named": f"{one.found:.1%}",
            "target missed": missed(one),
        }
        for one in outcomes
    ]
    return pd.DataFrame(rows).to_markdown(index=False, disable_numparse=True)


def simulate_all(campaigns: int, seed: int) -> list[Outcome]:
    """Simulate every kind of campaign on all CPUs, each from its own seed."""
    return on_all_cpus(simulate, kinds(), campaigns, seed)


def main() -> None:
    run_command(__doc__, "campaigns", 1000, simulate_all, table, missed)


if __name__ == "__main__":
    main()
