"""Test which blocks count as measured, and with which records."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support import factories
from support.blocks import measured, planned, unwritten, write

from concbench.campaign.blocks import (
    block_names,
    forget_blocks,
    invocation_and_node,
    settled_records,
)


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    return unwritten(tmp_path)


def test_a_block_has_the_records_of_its_own_runs_and_probes() -> None:
    records = planned()[2]
    assert {Path(record).name for record in records} == {"block-2.json"}
    assert [record.split("/")[0] for record in records] == ["probes", "runs", "runs"]
    assert "effective_parallelism" in records[0]


def test_two_attempts_in_one_block_are_noticed(runs: list[Path]) -> None:
    for path in runs:
        write(path, "first")
    assert {invocation_and_node(path) for path in runs} == {("first", "one")}
    write(runs[1], "second")
    assert {invocation_and_node(path) for path in runs} == {("first", "one"), ("second", "one")}


def test_what_a_block_was_whole_with_is_settled_though_configurations_came_later(tmp_path: Path) -> None:
    before = planned()
    measured(tmp_path, before, 1)
    later = [*before[1], "runs/later/1a2b/block-1.json"]
    assert settled_records(tmp_path, 1, later) == set(before[1])
    assert settled_records(tmp_path, 2, before[2]) == set()


def test_after_an_edit_nothing_of_what_was_measured_before_is_settled(tmp_path: Path) -> None:
    measured(tmp_path, planned(), 1)
    assert settled_records(tmp_path, 1, ["runs/as-edited/1a2b/block-1.json"]) == set()


def test_nothing_is_settled_of_a_block_that_lost_a_record(tmp_path: Path) -> None:
    records = planned()
    measured(tmp_path, records, 1)
    (tmp_path / records[1][0]).unlink()
    assert settled_records(tmp_path, 1, records[1]) == set()


def test_a_block_with_a_further_probe_is_another(tmp_path: Path) -> None:
    campaign = factories.campaign()
    assert block_names(planned()) != block_names(planned(replace(campaign, probes=("start_cost",))))


def test_a_block_that_is_forgotten_no_longer_counts_as_measured(tmp_path: Path) -> None:
    (tmp_path / "blocks").mkdir()
    for name in ("1-abc", "1-def", "2-abc", "11-abc"):
        (tmp_path / "blocks" / f"{name}.measured").touch()
    forget_blocks(tmp_path, [1])
    assert sorted(path.stem for path in (tmp_path / "blocks").iterdir()) == ["11-abc", "2-abc"]


def test_the_looks_at_a_block_that_is_forgotten_are_forgotten_too(tmp_path: Path) -> None:
    (tmp_path / "looks").mkdir()
    for name in ("7-abc", "11-def", "17-0", "schedule"):
        (tmp_path / "looks" / f"{name}.json").touch()
    forget_blocks(tmp_path, [])
    assert len(list((tmp_path / "looks").iterdir())) == 4
    forget_blocks(tmp_path, [30, 9])
    assert sorted(path.stem for path in (tmp_path / "looks").iterdir()) == ["7-abc", "schedule"]
