"""Test the medians of a campaign that is being measured, against those of all its runs at once."""

from __future__ import annotations

from random import Random
from statistics import median
from typing import Any

import pytest
from support import factories
from support.factories import measured

from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.plan import Run, plan
from concbench.records.run_record import Measured
from concbench.workflow.medians import ConditionSoFar, RunningMedians, SoFar, median_of_sorted

THREE: dict[str, Any] = {
    "contenders": {
        "sync": {"model": "sync"},
        "threading": {"model": "thread_pool", "workers": [2]},
        "asyncio": {"model": "asyncio", "workers": ["all"]},
    },
    "control": "threading",
}


def of(contender: str, block: int, campaign: Campaign) -> Run:
    """Return the first of a contender's runs in a block."""
    return next(run for run in plan(campaign) if (run.configuration.contender, run.block) == (contender, block))


def run_in(invocation: str, took: float | str) -> Measured:
    done = measured(took, 1)
    done.invocation = invocation
    return done


def test_the_fastest_comes_first_and_the_baseline_last() -> None:
    campaign = factories.campaign(**THREE)
    medians = RunningMedians.of(campaign)
    for contender, took_s in {"control": 0.5, "sync": 2.0, "threading": 4.0, "asyncio": 1.0}.items():
        medians.add(of(contender, 1, campaign), measured(took_s, 1))
    (found,) = medians.of_all()
    others = [SoFar("asyncio, 4 workers", 1.0, 2.0), SoFar("threading, 2 workers", 4.0, 0.5)]
    assert found == ConditionSoFar("cpu", others, SoFar("sync", 2.0, None), "sync")
    assert medians.lines == 4
    assert medians.not_counted == 0


def test_medians_and_speed_ups_are_those_of_all_runs_in_any_order() -> None:
    campaign, random = factories.campaign(25, **THREE), Random(1)
    runs = [run for run in plan(campaign) if run.configuration.contender != "control"]
    took_s = {(run.configuration.contender, run.block): random.uniform(0.5, 2) for run in runs}
    medians = RunningMedians.of(campaign)
    for number, run in enumerate(random.sample(runs, len(runs))):
        medians.add(run, run_in("one", took_s[run.configuration.contender, run.block]))
        if number == 40:  # some are missing yet
            (found,) = medians.of_all()
            assert {one.title for one in found.others} <= {"threading, 2 workers", "asyncio, 4 workers"}
    (found,) = medians.of_all()
    for contender in ("asyncio", "threading"):
        own = [took_s[contender, block] for block in range(1, 26)]
        pairs = [took_s["sync", block] / took_s[contender, block] for block in range(1, 26)]
        row = next(one for one in found.others if one.title.startswith(contender))
        assert (row.median_s, row.speedup) == (median(own), median(pairs))


def test_runs_of_different_invocations_are_no_pair() -> None:
    campaign = factories.campaign()
    medians = RunningMedians.of(campaign)
    medians.add(of("sync", 1, campaign), run_in("one", 2.0))
    medians.add(of("threading", 1, campaign), run_in("two", 1.0))
    (found,) = medians.of_all()
    assert found.others == [SoFar("threading, 2 workers", 1.0, None)]
    medians.add(of("threading", 2, campaign), run_in("two", 1.0))
    medians.add(of("sync", 2, campaign), run_in("two", 4.0))
    assert medians.of_all()[0].others == [SoFar("threading, 2 workers", 1.0, 4.0)]


@pytest.mark.parametrize("status", ["failed", "timeout", "invalid", "interfered", "skipped"])
def test_runs_that_do_not_count_are_counted_apart(status: str) -> None:
    campaign = factories.campaign()
    medians = RunningMedians.of(campaign)
    medians.add(of("sync", 1, campaign), measured(status, 1))
    assert (medians.not_counted, medians.of_all(), medians.lines) == (1, [], 0)


@pytest.mark.parametrize("edited_s", [None, 0.0, -1.0, 1e300, float("nan")])
def test_what_no_measurement_can_have_given_does_not_count(edited_s: float | None) -> None:
    campaign = factories.campaign()
    medians, run = RunningMedians.of(campaign), measured(1.0, 1)
    run.makespan_s = edited_s
    medians.add(of("sync", 1, campaign), run)
    assert (medians.not_counted, medians.of_all()) == (1, [])


def test_each_condition_has_its_own_medians_and_the_first_number_of_workers_is_the_baseline() -> None:
    contenders = {"threading": {"model": "thread_pool", "workers": [2, 4]}}
    campaign = campaign_of(factories.config(baseline="threading", contenders=contenders, sizes=[4, 8]))
    medians = RunningMedians.of(campaign)
    for run in plan(campaign):
        medians.add(run, measured(8.0 * run.configuration.size / int(run.configuration.workers_asked), 1))
    assert medians.of_all() == [
        ConditionSoFar(
            f"cpu, {size} items",
            [SoFar("threading, 4 workers", 2.0 * size, 2.0)],
            SoFar("threading, 2 workers", 4.0 * size, None),
            "threading",
        )
        for size in (4, 8)
    ]


@pytest.mark.parametrize("values", [[1.0], [1.0, 2.0], [1.0, 2.0, 5.0], [1.0, 2.0, 5.0, 9.0]])
def test_the_median_of_sorted_values(values: list[float]) -> None:
    assert median_of_sorted(values) == median(values)
