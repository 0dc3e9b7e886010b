"""Simulate sweeps with a known truth, and count how often the scaling laws' optimum is given, and covers the truth.

The synthetic runs go through the code that makes scaling.csv. Print a Markdown table. Exit status 1 if a target is missed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf

import numpy as np
import pandas as pd

from concbench.analysis.scaling import row
from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import campaign_of
from concbench.measured.status import Status
from concbench.records.conditions import CONDITION
from concbench.records.rows import ScalingRow
from concbench.stats.scaling_laws import USL, Fit
from dev.simulate import within
from dev.simulation import on_all_cpus, run_command

NUMBERS = [1, 2, 5, 10, 20, 40, 80, 160]
SHARED = 0.1  # standard deviation of what all runs of a block share
REJECTED, COVERED = 0.1, 0.9  # of sweeps within the law: rejected at most, and covered at least where there is an interval
INSIDE, BEYOND, ENDLESS = (Fit(USL, 10.0, 0.02, kappa, 0.0) for kappa in (0.0005, 0.00001, 0.0))
NO_OPTIMUM = "the law, no optimum"
TRUTHS: dict[str, tuple[Callable[[float], float], float]] = {  # elapsed time by workers, and the best number
    "the law, optimum inside": (INSIDE.makespan_s, INSIDE.best_workers),
    "the law, optimum beyond": (BEYOND.makespan_s, BEYOND.best_workers),
    NO_OPTIMUM: (ENDLESS.makespan_s, inf),
    "a limit of 45 connections": (lambda n: 10 / min(n, 45) + 0.004 * n, 45.0),
    "a floor of CPU time": (lambda n: max(10 / n, 0.5 + 0.001 * n), 19.3),
}


@dataclass(frozen=True)
class Sweep:
    """Describe a kind of sweep."""

    truth: str
    blocks: int
    noise: float

    @property
    def lawful(self) -> bool:
        return self.truth.startswith("the law")


@dataclass(frozen=True)
class Predicted:
    """Record shares over many simulated sweeps of one kind."""

    sweep: Sweep
    sweeps: int
    poor: float
    given: float  # an interval of the optimum with both ends
    covered: float | None  # of those intervals, how many contain the truth


def campaign_with(blocks: int) -> Campaign:
    contenders = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": NUMBERS}}
    one = {"workload": "sum_squares", "sizes": [160], "baseline": "sync", "contenders": contenders}
    return campaign_of({"campaign": "simulated", "repetitions": blocks, "experiments": {"e": one}})


def fitted(sweep: Sweep, campaign: Campaign, random: np.random.Generator) -> ScalingRow | None:
    """Simulate one sweep, and fit the USL to it."""
    makespan_s, _ = TRUTHS[sweep.truth]
    runs = [
        {
            "configuration": f"w{number}",
            "block": block,
            "workers": number,
            "status": Status.OK,
            "makespan_s": makespan_s(number) * exp(shared + random.normal(0, sweep.noise)),
        }
        for block, shared in enumerate(random.normal(0, SHARED, sweep.blocks), start=1)
        for number in NUMBERS
    ]
    table = pd.DataFrame(runs)
    medians_s = table.groupby(["configuration", "workers"])["makespan_s"].median()
    summary = medians_s.rename("median_s").reset_index().sort_values("workers")
    identity = {**dict.fromkeys(CONDITION), "experiment": "e", "contender": "threading", "interpreter": "default", "size": 160}
    return row(campaign, USL, table, summary.assign(**identity))


def simulate(sweep: Sweep, sweeps: int, seed: int) -> Predicted:
    """Simulate sweeps of one kind, and return the shares."""
    random, campaign, truth = np.random.default_rng(seed), campaign_with(sweep.blocks), TRUTHS[sweep.truth][1]
    found = [one for one in (fitted(sweep, campaign, random) for _ in range(sweeps)) if one]
    given = [(one.predicted_low, one.predicted_high) for one in found if one.predicted_low and one.predicted_high]
    covered = np.mean([low <= truth <= high for low, high in given]) if given else None
    return Predicted(
        sweep,
        sweeps,
        float(np.mean([one.poor for one in found])),
        len(given) / len(found),
        None if covered is None else float(covered),
    )


def missed(one: Predicted) -> str:
    """Return the target that an outcome misses; empty if none."""
    if not one.sweep.lawful or one.sweep.noise > 0.1:  # such noise misses the medians by more than 10 % by itself
        return ""
    if one.sweep.truth == NO_OPTIMUM:  # at the limit of what the fit allows, misses aren't symmetric
        return ""
    if not within(one.poor, 0, REJECTED, one.sweeps):
        return f"rejected in more than {REJECTED:.0%}"
    inside = one.sweep.truth.endswith("inside") and one.covered is not None
    return f"covered less than {COVERED:.0%}" if inside and not within(one.covered or 0, COVERED, 1, one.sweeps) else ""


def table(found: list[Predicted]) -> str:
    rows = [
        {
            "truth": one.sweep.truth,
            "best": "–" if TRUTHS[one.sweep.truth][1] == inf else f"{TRUTHS[one.sweep.truth][1]:.0f}",
            "blocks": one.sweep.blocks,
            "noise": f"{one.sweep.noise:.0%}",
            "poor": f"{one.poor:.0%}",
            "interval given": f"{one.given:.0%}",
            "covers the best": "" if one.covered is None else f"{one.covered:.0%}",
            "target missed": missed(one),
        }
        for one in found
    ]
    return pd.DataFrame(rows).to_markdown(index=False, disable_numparse=True)


def all_sweeps() -> list[Sweep]:
    return [Sweep(truth, blocks, noise) for truth in TRUTHS for blocks in (5, 10, 20) for noise in (0.01, 0.05, 0.15)]


def simulate_all(sweeps: int, seed: int) -> list[Predicted]:
    """Simulate every kind of sweep on all CPUs, each from its own seed."""
    return on_all_cpus(simulate, all_sweeps(), sweeps, seed)


def main() -> None:
    run_command(__doc__, "sweeps", 200, simulate_all, table, missed)


if __name__ == "__main__":
    main()
