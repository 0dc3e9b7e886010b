"""What a block on a cluster's node keeps of an attempt before it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support import factories

from concbench.campaign.blocks import (
    block_names,
    forget_blocks,
    invocation_and_node,
    list_records,
    settled_records,
)
from concbench.campaign.campaign import Campaign
from concbench.campaign.plan import plan, spec
from concbench.common.variables import BLOCK_VARIABLE, HAND_OUT_VARIABLE
from concbench.records.probe_record import ProbeRecord
from concbench.records.run_record import Measured, RunRecord
from concbench.workflow import block
from concbench.workflow.block import is_torn, set_aside
from concbench.workflow.graph import Graph


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    """The first block's records, none of them written yet."""
    paths = [tmp_path / record for record in planned()[1] if record.startswith("runs/")]
    for path in paths:
        path.parent.mkdir(parents=True)
    return paths


def planned(campaign: Campaign | None = None) -> Mapping[int, Sequence[str]]:
    return Graph(campaign or factories.campaign(), Path()).records


def write(path: Path, invocation: str) -> None:
    asked = spec(factories.campaign(), plan(factories.campaign())[0])
    RunRecord(asked, Measured("ok", invocation=invocation, node="one")).write(path)


def test_a_block_has_the_records_of_its_own_runs_and_probes() -> None:
    records = planned()[2]
    assert {Path(record).name for record in records} == {"block-2.json"}
    assert [record.split("/")[0] for record in records] == ["probes", "runs", "runs"]
    assert "effective_parallelism" in records[0]


def test_a_block_is_torn_if_some_records_are_missing_but_not_all(runs: list[Path]) -> None:
    assert not is_torn(runs)
    write(runs[0], "first")
    assert is_torn(runs)
    write(runs[1], "first")
    assert not is_torn(runs)


def test_what_is_set_aside_stays_on_disk(runs: list[Path]) -> None:
    write(runs[0], "first")
    set_aside(runs)
    assert not runs[0].exists()
    assert RunRecord.read(runs[0].with_suffix(".torn")).measured.invocation == "first"


def test_two_attempts_in_one_block_are_noticed(runs: list[Path]) -> None:
    for path in runs:
        write(path, "first")
    assert {invocation_and_node(path) for path in runs} == {("first", "one")}
    write(runs[1], "second")
    assert {invocation_and_node(path) for path in runs} == {("first", "one"), ("second", "one")}


def measured(folder: Path, records: Mapping[int, Sequence[str]], block: int) -> None:
    """Have a block's records be there, all of them, and the block count as measured."""
    list_records(folder, records)
    for record in records[block]:
        (folder / record).parent.mkdir(parents=True, exist_ok=True)
        (folder / record).touch()
    (folder / "blocks" / f"{block_names(records)[block]}.measured").touch()


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


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A campaign's config beside its results, and a stand-in for the pipeline that measures what is missing."""
    path = tmp_path / "config.json"
    path.touch()
    campaign = factories.campaign()
    monkeypatch.setattr(block, "read_campaign", lambda _: campaign)

    def pipeline(config: Path, block: int, marker: str) -> int:
        for record in planned()[block]:
            if not (tmp_path / record).exists():
                write_any(tmp_path / record, "second")
        return 0

    monkeypatch.setattr(block, "pipeline", pipeline)
    return path


def write_any(path: Path, invocation: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if "runs" in path.parts:
        write(path, invocation)
    else:
        ProbeRecord("effective_parallelism", None, "python", 1, invocation, [], node="one").write(path)


def test_what_an_attempt_has_left_is_measured_again_with_the_rest(config: Path) -> None:
    first = config.parent / planned()[1][1]
    write_any(first, "first")
    assert block.measure_block(config, 1, "marker") == 0
    assert first.with_suffix(".torn").exists()
    assert {invocation_and_node(config.parent / record)[0] for record in planned()[1]} == {"second"}


def test_a_later_probe_leaves_the_runs_of_a_whole_block(config: Path) -> None:
    probe, *runs = planned()[1]
    for run in runs:
        write_any(config.parent / run, "first")
    list_records(config.parent, {1: runs})
    (config.parent / "blocks" / f"{block_names({1: runs})[1]}.measured").touch()
    assert block.measure_block(config, 1, "marker") == 0
    assert {invocation_and_node(config.parent / run)[0] for run in runs} == {"first"}
    assert invocation_and_node(config.parent / probe)[0] == "second"


def test_a_block_of_two_invocations_is_set_aside_and_its_job_fails(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def two_invocations(config: Path, block: int, marker: str) -> int:
        for record, invocation in zip(planned()[block], ("second", "third", "third")):
            write_any(config.parent / record, invocation)
        return 0

    monkeypatch.setattr(block, "pipeline", two_invocations)
    with pytest.raises(SystemExit, match="block 1 is of 2 invocations"):
        block.measure_block(config, 1, "marker")
    assert not any((config.parent / record).exists() for record in planned()[1])


def test_a_profile_that_hands_blocks_out_does_not_reach_the_pipeline_on_a_node(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: dict[str, Any] = {}

    def run(command: Sequence[str], env: Mapping[str, str], check: bool) -> SimpleNamespace:
        begun.update(command=command, env=env)
        return SimpleNamespace(returncode=3)

    monkeypatch.setenv("SNAKEMAKE_PROFILE", "profiles/slurm")
    monkeypatch.setenv(HAND_OUT_VARIABLE, "slurm")
    monkeypatch.setattr(subprocess, "run", run)
    assert block.pipeline(Path("config.json"), 7, "marker") == 3
    assert not {"SNAKEMAKE_PROFILE", HAND_OUT_VARIABLE} & set(begun["env"])
    assert begun["env"][BLOCK_VARIABLE] == "7"
    assert begun["command"][begun["command"].index("--executor") + 1] == "local"
