"""What the pipeline asks for where blocks are handed out to nodes, and what it says when they fail."""

from __future__ import annotations

from pathlib import Path

import factories
import pytest

from concbench.campaign.blocks import block_names, records_by_block
from concbench.campaign.campaign import Campaign
from concbench.campaign.plan import spec
from concbench.common.variables import HAND_OUT_VARIABLE
from concbench.records.run_record import Measured, RunRecord
from concbench.workflow import graph, session

FOLDER = Path("results/made-up")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder in which the pipeline works, and hands its blocks out."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(HAND_OUT_VARIABLE, "slurm")


def write_record(campaign: Campaign) -> None:
    """The record of the plan's first run."""
    (path, run), *_ = graph.runs(campaign).items()
    RunRecord(spec(campaign, run), Measured("ok", makespan_s=2.0)).write(FOLDER / f"runs/{path}.json")


def test_a_torn_block_is_ahead_as_a_whole() -> None:
    campaign = factories.campaign(3)
    write_record(campaign)
    ahead = graph.ahead(campaign, graph.runs(campaign), graph.probes(campaign))
    assert (len(ahead.steps), len(ahead.by_block_s)) == (9, 3)


def test_a_block_that_was_whole_before_points_were_added_keeps_what_it_has() -> None:
    campaign = factories.campaign(3)
    write_record(campaign)
    (FOLDER / "blocks").mkdir()
    (FOLDER / "blocks" / "1-before.measured").touch()
    (FOLDER / "blocks" / "1-before.records").write_text(f"runs/{next(iter(graph.runs(campaign)))}.json\n")
    ahead = graph.ahead(campaign, graph.runs(campaign), graph.probes(campaign))
    assert (len(ahead.steps), len(ahead.by_block_s)) == (8, 3)


def test_tables_wait_for_the_blocks() -> None:
    campaign = factories.campaign(3)
    runs = graph.runs(campaign)
    asked = graph.records(campaign, "runs", runs, block_names(records_by_block(runs, {})))
    assert [Path(path).name.partition("-")[0] for path in asked] == ["1", "2", "3"]
    assert {Path(path).suffix for path in asked} == {".measured"}


def test_a_failed_block_has_the_last_word_of_its_node() -> None:
    campaign = factories.campaign(2)
    blocks = block_names(records_by_block(graph.runs(campaign), {}))
    (FOLDER / "logs/blocks").mkdir(parents=True)
    (FOLDER / f"logs/blocks/{blocks[2]}.log").write_text("block 2 on n1\n\nn1 is unlike nodes that have measured\n")
    (said,) = session.last_words(campaign, blocks)
    assert said == f"Block 2 ({FOLDER}/logs/blocks/{blocks[2]}.log):\n  n1 is unlike nodes that have measured\n"


def test_a_job_has_time_enough() -> None:
    campaign = factories.campaign(3)
    ahead = graph.ahead(campaign, graph.runs(campaign), graph.probes(campaign))
    assert all(graph.block_minutes(ahead, block) * 60 > 3 * took_s for block, took_s in ahead.by_block_s.items())
