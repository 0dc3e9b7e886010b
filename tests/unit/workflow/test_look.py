"""Test what a look at a campaign finds inconclusive, and what it lets the next blocks measure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from support import factories
from support.looked_at import CONTENDERS, FOLDER, TIMES, campaign_config, contenders_in, graph_of, measure, measure_and_look

from concbench.campaign.blocks import forget_blocks
from concbench.campaign.order import read_order
from concbench.campaign.plan import plan
from concbench.records.look import read_look, read_schedule
from concbench.records.rows import ComparisonRow
from concbench.stats.looks import Looks
from concbench.stats.verdicts import Verdict
from concbench.workflow.look import Results, needed_by_comparison, still_open, take_due_looks, take_look, used

pytestmark = pytest.mark.usefixtures("in_empty_folder")


def test_the_first_blocks_hold_everything() -> None:
    graph = graph_of(campaign_config(control="threading"))
    assert {run.block for run in graph.planned.runs.values()} == set(range(1, 8))
    assert all(contenders_in(graph, block) == {"sync", "threading", "asyncio", "wavering", "control"} for block in range(1, 8))
    assert graph.planned.look is not None


def test_the_blocks_after_a_look_hold_what_is_inconclusive_with_its_baseline() -> None:
    graph, line = measure_and_look(campaign_config())
    assert {run.block for run in graph.planned.runs.values()} == set(range(1, 12))
    assert [contenders_in(graph, block) for block in (7, 8, 11)] == [
        {"sync", "threading", "asyncio", "wavering"},
        {"sync", "wavering"},
        {"sync", "wavering"},
    ]
    assert {probe.block for probe in graph.planned.probes.values()} == set(range(1, 8))  # the machine was measured by then
    assert line == (
        "Look after 7 blocks: 1 of 3 comparisons inconclusive (cpu: wavering, 4 workers). The next 4 blocks measure 2 of 4"
        " configurations, about 17 s. Measuring took 54 s."  # 4 blocks of 2 + 16/7 s; 4 * 7 + 16 + 7 * 1.5 s
    )


def test_the_blocks_after_a_look_are_balanced_among_what_they_hold() -> None:
    graph, _ = measure_and_look(campaign_config())
    ninth, tenth = graph.planned.order[9], graph.planned.order[10]  # a square of two configurations
    assert sorted(ninth) == ["cpu-sync-w1-n4-default", "cpu-wavering-w4-n4-default"]
    assert ninth == tenth[::-1]
    recorded = read_order(FOLDER)
    assert recorded
    assert recorded.blocks == graph.planned.order
    in_ninth = [run for run in plan(replace(graph.campaign, order=recorded)) if run.block == 9]
    assert [run.configuration.name for run in in_ninth[:2]] == ninth
    places = {(run.configuration.name, run.block): graph.place(path) for path, run in graph.runs.items()}
    assert places[ninth[0], 9] == in_ninth[0].order == 33  # after 8 blocks of 4


def test_an_inconclusive_comparison_needs_the_control_and_the_contender_that_it_repeats() -> None:
    graph, _ = measure_and_look(campaign_config(control="threading"))
    assert contenders_in(graph, 8) == {"sync", "wavering", "threading", "control"}


def test_a_campaign_ends_when_everything_is_decided() -> None:
    graph, line = measure_and_look(campaign_config(decide=["threading", "asyncio"]))
    assert {run.block for run in graph.planned.runs.values()} == set(range(1, 8))
    assert graph.planned.look is None
    assert line == "Look after 7 blocks: 0 of 2 comparisons inconclusive. The campaign ends. Measuring took 54 s."


def test_a_campaign_ends_after_the_most_blocks() -> None:
    graph, line = measure_and_look(campaign_config(), looks=3)
    assert {run.block for run in graph.planned.runs.values()} == set(range(1, 18))
    assert graph.planned.look is None
    assert "The campaign ends after 17 blocks, its at_most." in line


@pytest.mark.parametrize(("minutes", "budget"), [(1.1, "1 min 6 s"), (1.3, "1 min 18 s")])
def test_a_campaign_ends_before_it_exceeds_its_budget(minutes: float, budget: str) -> None:
    ends = minutes == 1.1  # 54 s used, 17 s to come: 71 s
    graph, line = measure_and_look({**campaign_config(), "budget_minutes": minutes})
    assert (graph.planned.look is None) == ends
    assert ("The campaign ends, because 4 more blocks would exceed budget_minutes." in line) == ends
    assert line.endswith(f"Measuring took 54 s of {budget}.")


OWN: dict[str, Any] = {
    "workload": "own",
    "options": {"file": "tests/own_work/squares.py"},
    "contenders": {**CONTENDERS, "asyncio": {"model": "asyncio_to_thread", "workers": [2]}},
}


def test_own_work_is_measured_on_until_what_to_recommend_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        TIMES, "wavering", lambda block: 0.8 if block % 2 else 1.4
    )  # faster than sync, and perhaps than threads
    monkeypatch.setitem(TIMES, "asyncio", lambda block: 1.9)
    graph, line = measure_and_look(factories.config(factories.UNTIL_DECIDED, **OWN))
    assert contenders_in(graph, 8) == {"threading", "wavering"}
    undecided = "The recommendation is undecided (cpu: threading, 2 workers; cpu: wavering, 4 workers)."
    assert f"0 of 3 comparisons inconclusive. {undecided} The next 4 blocks measure 2 of 4 configurations" in line


def test_a_recommendation_that_nothing_else_can_replace_ends_the_campaign() -> None:
    config = factories.config(factories.UNTIL_DECIDED, **OWN, decide=["threading", "asyncio"])
    _, line = measure_and_look(config)
    assert "0 of 2 comparisons inconclusive. The campaign ends." in line


@pytest.mark.parametrize(
    ("seconds", "budget_s", "said"),
    [(58, None, "58 s"), (58, 120, "58 s of 2 min"), (67, 38, "1 min 7 s, more than its budget of 38 s")],
)
def test_the_time_taken_stands_beside_the_budget(seconds: float, budget_s: float | None, said: str) -> None:
    assert used(seconds, budget_s) == said


def test_a_comparison_without_any_pair_is_not_waited_for() -> None:
    graph = graph_of(campaign_config())
    measure(graph)
    for record in (FOLDER / "runs").glob("*wavering*/*/*.json"):
        record.write_text(record.read_text().replace('"status": "ok"', '"status": "failed"'))
    line = take_look(graph)
    assert graph.planned.look is None
    assert "1 of 3 comparisons without a pair of runs that count, 0 of 3 comparisons inconclusive. The campaign ends." in line


def test_interpreters_are_compared_until_they_are_decided() -> None:
    config = {**campaign_config(decide=["wavering"]), "interpreters": {"old": "python", "new": "python9.9"}}
    graph, _ = measure_and_look(config)
    assert {run.configuration.name for run in graph.planned.runs.values() if run.block == 8} == {
        f"cpu-{contender}-n4-{interpreter}" for contender in ("sync-w1", "wavering-w4") for interpreter in ("old", "new")
    }


def claims(*some: dict[str, Any]) -> str:
    Path("claims.yaml").write_text(yaml.safe_dump({"claims": list(some)}))
    return "claims.yaml"


SYNC, WAVERING, THREADING = ({"experiment": "cpu", "contender": name} for name in ("sync", "wavering", "threading"))
OPEN = {"claim": "1", "statement": "So it is.", "test": "ratio", "of": SYNC, "to": WAVERING, "band": [0.9, 1.1]}
CLEAR = {"claim": "2", "statement": "So it is.", "test": "ratio", "of": SYNC, "to": THREADING, "band": [1.9, 2.1]}
ON_PROBE = {
    "claim": "3",
    "statement": "So it is.",
    "test": "effect",
    "of": {"probe": "start_cost", "metric": "thread_s"},
    "to": WAVERING,
    "at_least": 0.3,
}


def test_inconclusive_claims_are_measured_until_they_are_decided() -> None:
    config = {**campaign_config(decide=["threading"]), "claims": claims(OPEN, CLEAR)}
    graph, line = measure_and_look(config)
    assert contenders_in(graph, 8) == {"sync", "wavering"}
    assert line.startswith("Look after 7 blocks: 0 of 1 comparison and 1 of 2 claims inconclusive. The next 4 blocks")


def test_only_micro_benchmarks_that_an_inconclusive_claim_needs_are_measured_again() -> None:
    config = {**campaign_config(decide=["threading"]), "claims": claims(ON_PROBE), "probes": ["start_cost", "memory_cost"]}
    graph, _ = measure_and_look(config)
    probes = {probe.probe for probe in graph.planned.probes.values() if probe.block == 8}
    assert probes == {"start_cost"}
    assert contenders_in(graph, 8) == {"wavering"}


def test_a_claim_on_a_micro_benchmark_alone_needs_no_runs() -> None:
    edge = {key: value for key, value in ON_PROBE.items() if key != "to"} | {"at_least": 0.5}
    graph = graph_of({**campaign_config(decide=["threading"]), "claims": claims(edge), "probes": ["start_cost"]})
    measure(graph)
    for path in (FOLDER / "probes/start_cost").glob("*/*/block-[1357].json"):
        path.write_text(path.read_text().replace("0.5,", "0.4,"))
    take_due_looks(graph)
    assert contenders_in(graph, 8) == set()
    assert {probe.probe for probe in graph.planned.probes.values() if probe.block == 8} == {"start_cost"}


def test_a_claim_that_lacks_a_value_is_not_waited_for() -> None:
    graph = graph_of({**campaign_config(decide=["threading"]), "claims": claims(OPEN)})
    measure(graph)
    record = next((FOLDER / "runs").glob("*wavering*/*/block-2.json"))
    record.write_text(record.read_text().replace('"status": "ok"', '"status": "failed"'))
    take_due_looks(graph)
    assert graph.planned.look is None


def comparison(contender: str, verdict: Verdict, **known: Any) -> ComparisonRow:
    row = ComparisonRow(**dict.fromkeys(ComparisonRow.__dataclass_fields__))  # type: ignore[arg-type]
    row.experiment, row.contender, row.configuration, row.blocks, row.verdict = "cpu", contender, contender, 7, verdict
    for name, value in known.items():
        setattr(row, name, value)
    return row


def test_what_was_decided_at_a_look_stays_decided() -> None:
    found = Results(
        pd.DataFrame(), [comparison("wavering", Verdict.INCONCLUSIVE), comparison("asyncio", Verdict.INCONCLUSIVE)], []
    )
    left = still_open(found, graph_of(campaign_config()).campaign, measured={"sync", "wavering"})
    assert [row.contender for row in left.comparisons] == ["wavering"]


def test_a_control_of_another_condition_is_not_needed() -> None:
    near = [comparison("wavering", Verdict.INCONCLUSIVE, baseline_configuration="sync", server="near")]
    far = [comparison("control", Verdict.SAME, baseline_configuration="threading", server="far")]
    assert needed_by_comparison(near[0], [*near, *far]) == {"sync", "wavering"}


def test_looks_that_need_no_more_runs_are_taken_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    measure_and_look(campaign_config(), looks=3)
    edited = graph_of({**campaign_config(), "margin": 0.1})
    assert edited.is_due
    take_due_looks(edited)
    assert [line.partition(":")[0] for line in capsys.readouterr().err.splitlines()] == [
        "Look after 7 blocks",
        "Look after 11 blocks",
        "Look after 17 blocks",
    ]
    assert edited.planned.look is None


def test_a_campaign_of_a_number_of_blocks_becomes_one_with_looks() -> None:
    measure(graph_of(campaign_config(17)))
    graph = graph_of(campaign_config())
    take_due_looks(graph)
    assert graph.planned.look is None


def test_after_a_record_was_deleted_the_looks_at_its_block_are_taken_again() -> None:
    measure_and_look(campaign_config(), looks=3)
    next((FOLDER / "runs").glob("*wavering*/*/block-9.json")).unlink()
    forget_blocks(FOLDER, [9])
    graph = graph_of(campaign_config())
    assert graph.planned.blocks == 11
    assert not graph.is_due
    measure(graph)
    take_due_looks(graph)
    assert graph.planned.blocks == 17


def test_a_damaged_look_has_not_been_taken() -> None:
    measure_and_look(campaign_config())
    (path,) = (FOLDER / "looks").glob("7-*.json")
    assert read_look(path)
    for content in (b"", b"[]", b'{"blocks": 7}', b"\xff"):
        path.write_bytes(content)
        assert read_look(path) is None
        assert graph_of(campaign_config()).planned.blocks == 7


def test_the_schedule_of_the_first_look_is_noted() -> None:
    assert read_schedule(FOLDER / "looks") is None
    measure_and_look(campaign_config())
    measure_and_look(campaign_config({**factories.UNTIL_DECIDED, "at_most": 11}))
    assert read_schedule(FOLDER / "looks") == Looks(7, 17)


def test_a_node_measures_what_the_looks_ask_of_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _ = measure_and_look(campaign_config())
    monkeypatch.setenv("MEASURING_BLOCK", "9")
    on_node = graph_of(campaign_config())
    assert {run.block for run in on_node.planned.runs.values()} == {9}
    assert contenders_in(on_node, 9) == {"sync", "wavering"}
    monkeypatch.delenv("MEASURING_BLOCK")
    assert dict(on_node.planned_on_node.block_names) == {9: whole.blocks[9]}
