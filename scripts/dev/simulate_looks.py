"""Simulate campaigns that go on until they are decided: count wrong verdicts, coverage and blocks over all looks.

The synthetic runs go through the code that makes comparisons.csv from runs.csv. Print a Markdown table. Exit status 1 if a
target is missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

import numpy as np
import pandas as pd

from concbench.analysis.comparisons import Comparer
from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.plan import Run
from concbench.measured.status import Status
from concbench.stats.looks import ERROR
from concbench.stats.verdicts import DECIDED, Verdict
from dev.simulate import within
from dev.simulation import on_all_cpus, planned_anew, run_command

SYNC, RIVAL, THIRD = "sync", "rival", "third"
SLOW, STEADY = 1.5, 0.01  # the slow speed's factor of time; noise beside it
STEP, DRIFT, CARRIED = 0.02, 0.3, 0.1
UNTIL_DECIDED = {"until": "decided"}


class Disturbance(StrEnum):
    """Name what disturbs the runs of a simulated campaign."""

    NONE = "none"
    HEAVY_TAILS = "heavy tails"
    TWO_SPEEDS = "two speeds"
    RANDOM_WALK = "random walk"
    DRIFT = "drift"
    CARRIED_BY_RIVAL = "carry-over of the rival"
    CARRIED_BY_THIRD = "carry-over of a third"


CARRIERS = {Disturbance.CARRIED_BY_RIVAL: RIVAL, Disturbance.CARRIED_BY_THIRD: THIRD}


@dataclass(frozen=True)
class Truth:
    """Describe a kind of campaign with a baseline and a rival that is ``speedup`` times as fast."""

    noise: float  # standard deviation of the logarithm of the elapsed time
    speedup: float = 1.0
    disturbance: Disturbance = Disturbance.NONE
    stays: float = 0.0  # chance that the machine keeps its speed from run to run
    contenders: int = 2  # in each block
    most_blocks: float | None = None  # target for the mean number of blocks, if 99 % have to be decided

    @property
    def name(self) -> str:
        more = f", {self.contenders} contenders" if self.contenders > 2 else ""
        return f"{self.disturbance}, stays {self.stays:g}" if self.stays else f"{self.disturbance}{more}"


TRUTHS = [
    *(Truth(noise) for noise in (0.01, 0.05, 0.15)),
    Truth(0.05, disturbance=Disturbance.HEAVY_TAILS),
    *(Truth(STEADY, disturbance=Disturbance.TWO_SPEEDS, stays=stays) for stays in (0.5, 0.8, 0.95)),
    Truth(STEADY, disturbance=Disturbance.RANDOM_WALK),
    Truth(0.05, disturbance=Disturbance.DRIFT),
    *(Truth(0.05, disturbance=Disturbance.CARRIED_BY_THIRD, contenders=contenders) for contenders in (3, 6)),
    *(Truth(0.05, disturbance=Disturbance.CARRIED_BY_RIVAL, contenders=contenders) for contenders in (2, 6)),
    Truth(0.05, speedup=1.1, most_blocks=11),
    Truth(0.15, speedup=1.2, most_blocks=20),
]


@dataclass(frozen=True)
class Outcome:
    """Record shares over many simulated campaigns of one kind, each looked at after every scheduled number of blocks."""

    truth: Truth
    campaigns: int
    wrong: float  # faster or slower at some look, though equal; or slower or same, though faster
    covered: float  # by the intervals of all looks
    decided: float
    blocks: float  # mean number at the end


def campaign(contenders: int, repetitions: object = UNTIL_DECIDED) -> Campaign:
    """Return a campaign with a baseline, a rival and perhaps more contenders."""
    rivals = [RIVAL, THIRD, *(f"c{number}" for number in range(4, contenders + 1))][: contenders - 1]
    named = {SYNC: {"model": "sync"}, **{name: {"model": "thread_pool", "workers": [2]} for name in rivals}}
    one = {"workload": "sum_squares", "sizes": [1], "baseline": SYNC, "contenders": named}
    return campaign_of({"campaign": "simulated", "repetitions": repetitions, "experiments": {"one": one}})


def speeds(truth: Truth, runs: int, random: np.random.Generator) -> np.ndarray:
    """Return the logarithms of what the machine does to each run, in the order of measurement."""
    match truth.disturbance:
        case Disturbance.TWO_SPEEDS:
            changes = np.cumsum(random.random(runs) > truth.stays) + random.integers(2)
            return np.asarray(np.log(SLOW) * (changes % 2))
        case Disturbance.RANDOM_WALK:
            return np.cumsum(random.normal(0, STEP, runs))
        case Disturbance.DRIFT:
            return np.log1p(DRIFT * np.arange(runs) / runs)
    return np.zeros(runs)


def slowed(runs: Sequence[Run], carrier: str | None) -> np.ndarray:
    """Return which runs follow one of the carrier; the micro-benchmarks stand between two blocks."""
    after = [one.configuration.contender == carrier and one.block == then.block for one, then in pairwise(runs)]
    return np.array([False, *after])


def synthetic_runs(truth: Truth, synthetic: Campaign, random: np.random.Generator) -> pd.DataFrame:
    """Return the runs of a campaign, measured in an order drawn anew, with the columns of ``runs.csv``."""
    planned = planned_anew(synthetic, random)
    contenders = np.array([run.configuration.contender for run in planned])
    heavy = truth.disturbance == Disturbance.HEAVY_TAILS
    noise = random.standard_t(2, len(planned)) if heavy else random.normal(size=len(planned))
    logs = truth.noise * noise + speeds(truth, len(planned), random) - np.log(truth.speedup) * (contenders == RIVAL)
    logs += np.log1p(CARRIED) * slowed(planned, CARRIERS.get(truth.disturbance))
    return pd.DataFrame(
        {
            "configuration": contenders,
            "block": [run.block for run in planned],
            "order": [run.order for run in planned],
            "invocation": "one",
            "status": Status.OK,
            "makespan_s": np.exp(logs),
        }
    )


def simulate(truth: Truth, campaigns: int, seed: int) -> Outcome:
    """Simulate campaigns of one kind, and return the shares."""
    synthetic, random = campaign(truth.contenders), np.random.default_rng(seed)
    assert synthetic.looks
    looks = synthetic.looks.blocks
    wrong = covered = decided = blocks = 0
    for _ in range(campaigns):
        whole = Comparer.of(synthetic, synthetic_runs(truth, synthetic, random))
        ratios = [replace(whole, measured={SYNC: look, RIVAL: look}).ratio(SYNC, RIVAL) for look in looks]
        verdicts = [whole.verdict(found) for found in ratios]
        mistakes = DECIDED if truth.speedup == 1 else (Verdict.SLOWER, Verdict.SAME)
        wrong += any(verdict in mistakes for verdict in verdicts)
        covered += all(one.interval is None or one.interval.low <= truth.speedup <= one.interval.high for one in ratios)
        first = next((look for look, verdict in zip(looks, verdicts) if verdict != Verdict.INCONCLUSIVE), None)
        decided += first is not None
        blocks += first or looks[-1]
    return Outcome(truth, campaigns, *(count / campaigns for count in (wrong, covered, decided, blocks)))


def missed(outcome: Outcome) -> str:
    """Return the target that an outcome misses; empty if none. A rival that slows what follows it has no target."""
    if outcome.truth.disturbance == Disturbance.CARRIED_BY_RIVAL:
        return ""
    if not within(outcome.wrong, 0, ERROR, outcome.campaigns):
        return f"wrong in more than {ERROR:.0%}"
    if not within(outcome.covered, 1 - ERROR, 1, outcome.campaigns):
        return f"covered in less than {1 - ERROR:.0%}"
    most = outcome.truth.most_blocks
    if most and not within(outcome.decided, 0.99, 1, outcome.campaigns):
        return "decided in less than 99%"
    return f"more than {most:g} blocks" if most and outcome.blocks > most else ""


def table(outcomes: list[Outcome]) -> str:
    rows = [
        {
            "noise": f"{one.truth.noise:.0%}",
            "disturbance": one.truth.name,
            "true speed-up": one.truth.speedup,
            "wrong at some look": f"{one.wrong:.1%}",
            "covered at all looks": f"{one.covered:.1%}",
            "decided": f"{one.decided:.1%}",
            "blocks": f"{one.blocks:.1f}",
            "target missed": missed(one),
        }
        for one in outcomes
    ]
    return pd.DataFrame(rows).to_markdown(index=False, disable_numparse=True)


def simulate_all(campaigns: int, seed: int) -> list[Outcome]:
    """Simulate every kind of campaign on all CPUs, each from its own seed."""
    return on_all_cpus(simulate, TRUTHS, campaigns, seed)


def main() -> None:
    run_command(__doc__, "campaigns", 4000, simulate_all, table, missed)


if __name__ == "__main__":
    main()
