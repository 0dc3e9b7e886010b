"""Test what an invocation has to measure if it hands blocks out, and what it prints."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from support import factories, looked_at
from support.handed_out import FOLDER, graph_of, write_record

from concbench.common.variables import BLOCK_VARIABLE, HAND_OUT_VARIABLE, PIPELINE_VARIABLE
from concbench.workflow import invocation
from concbench.workflow.invocation import Invocation, NoBudget, need_budget, remeasured
from concbench.workflow.look import take_look

pytestmark = pytest.mark.usefixtures("elsewhere")


def test_a_torn_block_is_ahead_as_a_whole() -> None:
    campaign = factories.campaign(3)
    write_record(campaign)
    ahead = Invocation(graph_of(campaign)).ahead
    assert (len(ahead.steps), len(ahead.by_block_s)) == (9, 3)


def test_a_block_that_was_whole_before_configurations_were_added_keeps_what_it_has() -> None:
    campaign = factories.campaign(3)
    write_record(campaign)
    (FOLDER / "blocks").mkdir()
    (FOLDER / "blocks" / "1-before.measured").touch()
    (FOLDER / "blocks" / "1-before.records").write_text(f"runs/{next(iter(graph_of(campaign).runs))}.json\n")
    ahead = Invocation(graph_of(campaign)).ahead
    assert (len(ahead.steps), len(ahead.by_block_s)) == (8, 3)


def test_the_machine_is_locked_before_environments_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making one takes all CPUs for a while, on which another pipeline may be measuring."""
    monkeypatch.delenv(HAND_OUT_VARIABLE)
    monkeypatch.setenv(PIPELINE_VARIABLE, "restored after the test")
    happened: list[str] = []
    for name in ("lock_campaign", "lock_machine", "prepare", "environment_now", "enter_invocation"):
        monkeypatch.setattr(invocation, name, lambda *_, name=name: happened.append(name))
    for name in ("need_room", "need_budget", "list_records"):
        monkeypatch.setattr(invocation, name, lambda *_: None)
    Invocation(graph_of(factories.campaign(1))).prepare()
    assert happened == ["lock_campaign", "lock_machine", "prepare", "environment_now", "enter_invocation"]


def test_a_failed_block_has_the_last_word_of_its_node() -> None:
    graph = graph_of(factories.campaign(2))
    (FOLDER / "logs/blocks").mkdir(parents=True)
    (FOLDER / f"logs/blocks/{graph.blocks[2]}.log").write_text("block 2 on n1\n\nn1 is unlike nodes that have measured\n")
    (said,) = Invocation(graph).last_words()
    assert said == f"Block 2 ({FOLDER}/logs/blocks/{graph.blocks[2]}.log):\n  n1 is unlike nodes that have measured\n"


def test_a_job_has_time_enough() -> None:
    invocation = Invocation(graph_of(factories.campaign(3)))
    limits = {block: 60 * invocation.block_minutes(block) for block in invocation.ahead.by_block_s}
    assert limits
    assert all(limits[block] > 3 * took_s for block, took_s in invocation.ahead.by_block_s.items())


def test_runs_of_earlier_invocations_are_known_but_for_those_to_measure_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(HAND_OUT_VARIABLE)
    graph = looked_at.graph_of(looked_at.campaign_config())
    looked_at.measure(graph)
    missing, again, *others = (f"runs/{path}" for path in graph.planned.runs)
    (graph.folder / f"{missing}.json").unlink()
    jobs: list[Any] = [job("measure_run", missing), job("measure_run", again), job("mark_block", others[0])]
    invocation = Invocation(graph)
    invocation.again = remeasured(jobs, graph.folder)
    assert invocation.again == {f"{again}.json"}
    assert set(invocation.ahead.steps) == {missing, again}
    known = invocation.progress_from_now_on().medians.conditions.values()
    assert sum(len(times.sorted_s) for rivals in known for times in rivals.times.values()) == len(others)
    looked_at.measure(graph)
    take_look(graph)
    assert not {missing, again}.intersection(invocation.ahead.steps)  # they have been measured


def job(rule: str, record: str) -> SimpleNamespace:
    return SimpleNamespace(rule=SimpleNamespace(name=rule), output=[f"{FOLDER}/{record}.json"])


def test_a_node_prints_no_conclusion(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """That of an earlier campaign may be there. The pipeline that hands blocks out prints its own."""
    graph = graph_of(factories.campaign(1))
    graph.folder.mkdir(parents=True)
    for name in ("runs.csv", "conclusion.txt"):
        (graph.folder / name).write_text("Campaign synthetic\n")
    Invocation(graph).print_conclusion()
    assert capsys.readouterr().err == "\nCampaign synthetic\n\n"
    monkeypatch.setenv(BLOCK_VARIABLE, "1")
    Invocation(graph).print_conclusion()
    assert capsys.readouterr().err == ""


def test_what_is_ahead_changes_with_each_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(HAND_OUT_VARIABLE)
    graph = looked_at.graph_of(looked_at.campaign_config())
    invocation = Invocation(graph)
    assert (len(invocation.ahead.steps), invocation.ahead.later and invocation.ahead.later.blocks) == (7 * 5, 10)
    looked_at.measure(graph)
    take_look(graph)
    assert len(invocation.ahead.steps) == 4 * 2  # two contenders
    assert [step.place for step in invocation.ahead.steps.values()] == list(range(36, 44))
    assert invocation.ahead.later
    assert len(invocation.ahead.later.sizes) == 6 * 2


def test_blocks_of_a_look_are_handed_out_together() -> None:
    graph, _ = looked_at.measure_and_look(looked_at.campaign_config())
    assert set(Invocation(graph).ahead.by_block_s) == {8, 9, 10, 11}
    assert len(graph.sources_of_table("runs")) == 11


@pytest.mark.parametrize("repetitions", [factories.UNTIL_DECIDED, 7])
def test_a_budget_too_small_for_one_look_is_refused(repetitions: factories.Repetitions) -> None:
    config = looked_at.campaign_config(repetitions, workload="download", servers=["near"])
    graph = looked_at.graph_of({**config, "budget_minutes": 0.3})
    ahead = Invocation(graph).ahead
    with pytest.raises(NoBudget, match=r"budget_minutes is 0\.3\. Expected 1 or more, or null, because the first look"):
        need_budget(graph.planned, ahead)
    enough = looked_at.graph_of({**config, "budget_minutes": 1})
    need_budget(enough.planned, Invocation(enough).ahead)
