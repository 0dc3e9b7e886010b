"""Test what a block on a cluster node keeps of an earlier attempt."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support import factories
from support.blocks import planned, unwritten, write

from concbench.campaign.blocks import (
    block_names,
    invocation_and_node,
    list_records,
)
from concbench.common.variables import BLOCK_VARIABLE, HAND_OUT_VARIABLE
from concbench.records.probe_record import ProbeRecord
from concbench.records.run_record import RunRecord
from concbench.workflow import block
from concbench.workflow.block import is_torn, set_aside


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    return unwritten(tmp_path)


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


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a campaign's folder, and a fake pipeline that measures what is missing."""
    path = tmp_path / "config.json"
    path.touch()
    campaign = factories.campaign()
    monkeypatch.setattr(block, "campaign_or_exit", lambda _: campaign)

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
    with pytest.raises(SystemExit, match="block 1: 2 invocations measured parts of it"):
        block.measure_block(config, 1, "marker")
    assert not any((config.parent / record).exists() for record in planned()[1])


def test_a_profile_that_hands_blocks_out_does_not_reach_the_pipeline_on_a_node(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: dict[str, Any] = {}

    def run(command: Sequence[str], env: Mapping[str, str], **_: object) -> SimpleNamespace:
        begun.update(command=command, env=env)
        return SimpleNamespace(returncode=3)

    monkeypatch.setenv("SNAKEMAKE_PROFILE", "profiles/slurm")
    monkeypatch.setenv(HAND_OUT_VARIABLE, "slurm")
    monkeypatch.setattr(subprocess, "run", run)
    assert block.pipeline(Path("config.json"), 7, "marker") == 3
    assert not {"SNAKEMAKE_PROFILE", HAND_OUT_VARIABLE} & set(begun["env"])
    assert begun["env"][BLOCK_VARIABLE] == "7"
    assert begun["command"][begun["command"].index("--executor") + 1] == "local"
