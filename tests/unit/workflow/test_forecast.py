"""Test the forecast of a campaign's duration, and how the console announces it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import factories

from concbench.campaign.campaign import Campaign
from concbench.campaign.plan import plan, probe_plan, spec
from concbench.campaign.run_costs import OVERHEAD_S, PROBE_S
from concbench.common.formatting import duration
from concbench.records.rows import RunRow
from concbench.records.run_record import RunRecord
from concbench.workflow.forecast import (
    GUESS_S,
    HANDING_OUT_S,
    Forecaster,
    Later,
    Step,
    forecast,
    later_than,
    measured_makespans,
)

IO: dict[str, Any] = {
    "workload": "download",
    "servers": ["near"],
    "contenders": {
        "sync": {"model": "sync"},
        "threading": {"model": "thread_pool", "workers": [2]},
        "asyncio": {"model": "asyncio", "workers": ["all"]},
    },
}


def makespans(campaign: Campaign, measured: dict[str, float] | None = None) -> dict[str, float]:
    forecaster = Forecaster(campaign, measured or {})
    return {run.configuration.contender: forecaster.makespan_s(run) for run in plan(campaign) if run.block == 1}


def test_downloads_take_their_waits_shared_by_the_workers() -> None:
    assert makespans(factories.campaign(**IO)) == pytest.approx({"sync": 0.4, "threading": 0.2, "asyncio": 0.1})


def test_what_has_been_measured_counts_more_than_the_config() -> None:
    campaign = factories.campaign(**IO)
    known = {run.configuration.name: 7.0 for run in plan(campaign) if run.configuration.contender == "asyncio"}
    assert makespans(campaign, known)["asyncio"] == 7.0


def test_the_time_of_unknown_work_is_guessed_and_marked_as_such() -> None:
    campaign = factories.campaign()
    runs = {f"{run.configuration.name}/{run.block}": run for run in plan(campaign)}
    ahead = forecast(Forecaster(campaign, {}), runs, {}, planned=6)
    assert ahead.announcement == (
        f"Campaign synthetic: 6 runs and 0 micro-benchmarks to measure in 3 blocks,"
        f" about {6 * (GUESS_S + OVERHEAD_S):.0f} s (assuming 2 s a run for cpu)."
    )


def test_steps_are_in_the_order_of_the_plan_and_add_up() -> None:
    campaign = factories.campaign(**IO)
    runs = {f"{run.configuration.name}/{run.block}": run for run in plan(campaign)}
    probes = {f"{probe.probe}/{probe.block}": probe for probe in probe_plan(campaign)}
    steps = forecast(Forecaster(campaign, {}), runs, probes, planned=9).steps
    assert [step.place for step in steps.values()] == list(range(1, 13))
    assert [path.partition("/")[0] for path in steps] == ["probes", "runs", "runs", "runs"] * 3
    total = 3 * (PROBE_S + 3 * OVERHEAD_S + 0.7)
    assert next(step.title for path, step in steps.items() if "asyncio" in path) == "block 1  cpu: asyncio, 4 workers"
    assert all(step.until_s + step.after_s == pytest.approx(total, abs=0.11) for step in steps.values())


def test_blocks_that_are_handed_out_come_with_their_node_hours_and_their_time_on_several_nodes() -> None:
    campaign = factories.campaign(repetitions=20)
    runs = {f"{run.configuration.name}/{run.block}": run for run in plan(campaign) if run.block > 4}
    ahead = forecast(Forecaster(campaign, {}), runs, {}, planned=40)
    job_s = 2 * (GUESS_S + OVERHEAD_S) + HANDING_OUT_S
    assert ahead.handed_out == (
        "Campaign synthetic: 32 runs and micro-benchmarks to measure in 16 blocks."
        f" Each block is one job, alone on its node. About {16 * job_s / 3600:.2g} node-hours: {duration(16 * job_s)} on 1,"
        f" {duration(4 * job_s)} on 4, {duration(job_s)} on 16 nodes (assuming {GUESS_S:.0f} s a run for cpu)."
    )
    assert forecast(Forecaster(campaign, {}), {}, {}, planned=40).handed_out is None


def test_the_step_of_a_block_forecasts_by_the_blocks_that_nodes_have_measured() -> None:
    campaign = factories.campaign(repetitions=20)
    runs = {f"{run.configuration.name}/{run.block}": run for run in plan(campaign) if run.block > 4}
    step = forecast(Forecaster(campaign, {}), runs, {}, planned=40).block_step(7, place=6, measured=4)
    assert step.line("2 runs", step.pace(elapsed_s=480)) == "[6 of 16 blocks, 20 min left]  block 7  2 runs"  # 10 of 2 min


def test_nothing_ahead_is_not_announced() -> None:
    assert forecast(Forecaster(factories.campaign(), {}), {}, {}, planned=6).announcement is None


def test_what_may_come_after_the_next_look_is_announced() -> None:
    campaign = factories.campaign(factories.UNTIL_DECIDED, **IO)
    runs = {f"{run.configuration.name}/{run.block}": run for run in plan(campaign)}
    first = {path: run for path, run in runs.items() if run.block <= 7}
    forecaster = Forecaster(campaign, {})
    later = later_than(forecaster, [run for path, run in runs.items() if path not in first], 10, 10)
    ahead = forecast(forecaster, first, {}, planned=21, blocks=7, later=later)
    assert ahead.announcement == (
        f"Campaign synthetic: 21 runs and 0 micro-benchmarks to measure in 7 blocks, about {7 * (0.7 + 3 * OVERHEAD_S):.0f} s."
        f" Then up to 30 runs in 10 more blocks, about {10 * (0.7 + 3 * OVERHEAD_S + PROBE_S):.0f} s,"
        " until everything is decided."
    )
    within = forecast(Forecaster(replace(campaign, budget_s=600), {}), {}, {}, planned=21, blocks=7, later=later)
    assert within.announcement == (
        f"Campaign synthetic: a look is due. {Later([4] * 30, 10, later.takes_s if later else 0).announcement}"
        " budget_minutes ends the campaign after 10 min."
    )
    assert later_than(forecaster, [], 0, 0) is None


def test_steps_after_a_look_follow_those_before_it() -> None:
    campaign = factories.campaign(factories.UNTIL_DECIDED, **IO)
    runs = [(f"{run.configuration.name}/{run.block}", run) for run in plan(campaign)]
    before = forecast(Forecaster(campaign, {}), dict(runs[:21]), {}, planned=21, then="a look")
    after = forecast(Forecaster(campaign, {}), dict(runs[21:24]), {}, planned=24).following(before)
    last, first = list(before.steps.values())[-1], next(iter(after.steps.values()))
    assert (last.place, last.steps, first.place, first.steps) == (21, 21, 22, 24)
    assert first.until_s + first.after_s == pytest.approx(8 * (0.7 + 3 * OVERHEAD_S), abs=0.11)
    assert last.head(pace=1.0) == "[21 of 21, a look next]"


def test_a_run_measured_beyond_the_forecast_has_a_step_of_its_own() -> None:
    ahead = forecast(Forecaster(factories.campaign(), {}), {}, {}, planned=6)
    assert ahead.step("runs/whatever") == Step(1, 1, 0, 0)


def test_the_median_of_a_configurations_records_is_known(tmp_path: Path) -> None:
    campaign = factories.campaign()
    runs = {f"{run.configuration.name}/{run.block}": run for run in plan(campaign)}
    rows = factories.run_rows(campaign, {"sync": [1.0, 2.0, 9.0], "threading": [4.0, "failed", 6.0]})
    for path, row in zip(runs, rows):
        write(tmp_path / "runs" / f"{path}.json", row)
    assert measured_makespans(tmp_path, runs) == {"cpu-sync-w1-n4-default": 2.0, "cpu-threading-w2-n4-default": 5.0}


def write(path: Path, row: RunRow) -> None:
    campaign = factories.campaign()
    RunRecord(spec(campaign, plan(campaign)[0]), factories.measured(row.makespan_s or row.status, 1)).write(path)


@pytest.mark.parametrize("content", ["{}\n", "not JSON\n", '{"version": 999}\n', "[" * 5000 + "\n"])
def test_a_damaged_record_gives_no_forecast(content: str, tmp_path: Path) -> None:
    (run, *_) = plan(factories.campaign())
    path = tmp_path / "runs" / "one.json"
    path.parent.mkdir()
    path.write_text(content)
    assert measured_makespans(tmp_path, {"one": run}) == {}
