"""What the pipeline asks for where blocks are handed out to nodes, and what it says when they fail."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import factories

from concbench.campaign.campaign import Campaign
from concbench.campaign.plan import spec
from concbench.common.variables import HAND_OUT_VARIABLE
from concbench.records.run_record import Measured, RunRecord
from concbench.workflow.graph import Graph
from concbench.workflow.invocation import Invocation

FOLDER = Path("results/synthetic")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder in which the pipeline works, and hands its blocks out."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(HAND_OUT_VARIABLE, "slurm")


def graph_of(campaign: Campaign) -> Graph:
    return Graph(campaign, FOLDER)


def write_record(campaign: Campaign) -> None:
    """The record of the plan's first run."""
    (path, run), *_ = graph_of(campaign).runs.items()
    RunRecord(spec(campaign, run), Measured("ok", makespan_s=2.0)).write(FOLDER / f"runs/{path}.json")


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


def test_tables_wait_for_the_blocks() -> None:
    asked = graph_of(factories.campaign(3)).sources_of_table("runs")
    assert [Path(path).name.partition("-")[0] for path in asked] == ["1", "2", "3"]
    assert {Path(path).suffix for path in asked} == {".measured"}


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


def test_a_record_that_a_power_cut_left_incomplete_is_measured_beside_it() -> None:
    campaign = factories.campaign(3)
    write_record(campaign)
    (path, run), *_ = graph_of(campaign).runs.items()
    record = FOLDER / f"runs/{path}.json"
    record.write_bytes(record.read_bytes()[:-9])
    again = graph_of(campaign)
    assert next(iter(again.runs)) == f"{path}.2"
    assert again.blocks[run.block] != graph_of(factories.campaign(3)).marker(run.block)
    assert list(Invocation(again).incomplete()) == [record]
    (FOLDER / f"runs/{path}.2.json").write_text("{}\n")
    assert next(iter(graph_of(campaign).runs)) == f"{path}.2"
