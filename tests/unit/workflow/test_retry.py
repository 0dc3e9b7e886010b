"""Test that runs that don't count are measured again, and no others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import factories

from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.fingerprints import probe_path, record_path
from concbench.campaign.plan import Run, plan, probe_plan, spec
from concbench.environment.locks import lock_campaign
from concbench.measured.api import Metric
from concbench.measured.status import Status
from concbench.records.probe_record import ProbeRecord
from concbench.records.rows import RunRow
from concbench.records.run_record import Measured, RunRecord
from concbench.workflow.retry import retry, wanted

CONFIG = {
    "campaign": "synthetic",
    "repetitions": 2,
    "experiments": {
        "cpu": {"workload": "sum_squares", "sizes": [4], "baseline": "sync", "contenders": {"sync": {"model": "sync"}}},
    },
}


def measured_folder(folder: Path, *statuses: str) -> list[Path]:
    """Make a campaign's folder with a record for each status; return the paths of the records."""
    (folder / "config.json").write_text(json.dumps(CONFIG))
    (folder / "runs.csv").write_text("made from the records")
    campaign = campaign_of(CONFIG)
    paths = []
    for run, status in zip(plan(campaign), statuses):
        paths.append(folder / "runs" / f"{record_path(campaign, run)}.json")
        RunRecord(spec(campaign, run), Measured(Status(status), "made up", makespan_s=1.0, workers=1)).write(paths[-1])
    return paths


def test_only_what_is_not_ok_is_deleted_with_the_table_made_from_it(tmp_path: Path) -> None:
    ok, failed = measured_folder(tmp_path, "ok", "failed")
    assert retry(tmp_path) == ["cpu: sync, block 2: failed, made up"]
    assert ok.exists()
    assert not failed.exists()
    assert not (tmp_path / "runs.csv").exists()


def test_configurations_are_measured_again_ok_or_not(tmp_path: Path) -> None:
    paths = measured_folder(tmp_path, "ok", "failed")
    assert retry(tmp_path, ["cpu-sync-w1-n4-default"]) == [
        "cpu: sync, block 1: ok, made up",
        "cpu: sync, block 2: failed, made up",
    ]
    assert not any(path.exists() for path in paths)


def test_of_torn_blocks_all_runs_are_measured_again(tmp_path: Path) -> None:
    rows = factories.run_rows(factories.campaign(4), {"sync": [4.0, "failed", 4.0, 4.0], "threading": [2.0, 2.0, 2.0, 2.0]})
    another = next(row for row in rows if (row.contender, row.block) == ("threading", 3))
    another.invocation = "another day"
    runs = list(zip(plan(factories.campaign(4)), rows))
    assert {(row.contender, row.block) for row in wanted(runs, (), pairs=True)} == {
        ("sync", 2), ("threading", 2), ("sync", 3), ("threading", 3),
    }  # fmt: skip
    assert [(row.contender, row.block) for row in wanted(runs, (), pairs=False)] == [("sync", 2)]
    (configuration, *_) = {run.configuration.name for run, _ in runs if run.configuration.contender == "threading"}
    assert {row.contender for row in wanted(runs, [configuration], pairs=False)} == {"threading"}
    assert {row.contender for row in wanted(runs, [configuration], pairs=True)} == {"sync", "threading"}  # whole blocks


def write_probe(path: Path, status: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    ProbeRecord("effective_parallelism", None, "python", 1, "one", [Metric("", None, "", Status(status))]).write(path)


def test_whole_blocks_take_their_parallel_capacity_with_them(tmp_path: Path) -> None:
    measured_folder(tmp_path, "ok", "failed")
    probes = {probe.block: tmp_path / "probes" / f"{probe_path(probe)}.json" for probe in probe_plan(campaign_of(CONFIG))}
    for path in probes.values():
        write_probe(path, "ok")
    (tmp_path / "probes.csv").write_text("made from the records")
    said = retry(tmp_path, pairs=True)
    assert {block for block, path in probes.items() if path.exists()} == {1}
    assert said[-1] == "effective_parallelism, block 2"
    assert not (tmp_path / "probes.csv").exists()


@pytest.mark.parametrize(("status", "stays"), [("interfered", False), ("failed", False), ("skipped", True), ("ok", True)])
def test_probes_that_came_to_nothing_are_measured_again(status: str, stays: bool, tmp_path: Path) -> None:
    measured_folder(tmp_path, "ok", "ok")
    path = tmp_path / "probes" / f"{probe_path(probe_plan(campaign_of(CONFIG))[0])}.json"
    write_probe(path, status)
    retry(tmp_path)
    assert path.exists() == stays


def test_a_damaged_record_of_a_probe_is_measured_again(tmp_path: Path) -> None:
    measured_folder(tmp_path, "ok", "ok")
    path = tmp_path / "probes" / f"{probe_path(probe_plan(campaign_of(CONFIG))[0])}.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"metrics": 7}\n')
    assert retry(tmp_path) == ["effective_parallelism, block 1"]
    assert not path.exists()


def test_a_damaged_config_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"campaign": ')
    with pytest.raises(SystemExit, match=r"config\.json: line 1 is not valid YAML(.|\n)*Delete this file and repeat"):
        retry(tmp_path)


def test_while_a_pipeline_works_on_the_campaign_nothing_is_deleted(tmp_path: Path) -> None:
    paths = measured_folder(tmp_path, "failed", "failed")
    with lock_campaign(tmp_path), pytest.raises(SystemExit, match="is working on this campaign"):
        retry(tmp_path)
    assert all(path.exists() for path in paths)
    assert len(retry(tmp_path)) == 2


def test_a_folder_without_a_campaign_is_no_campaigns(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="this folder contains no campaign"):
        retry(tmp_path)


def test_a_configuration_that_is_not_there_is_named_and_nothing_is_touched(tmp_path: Path) -> None:
    paths = measured_folder(tmp_path, "ok", "failed")
    with pytest.raises(SystemExit, match="there is no configuration cpu-asyncio"):
        retry(tmp_path, ["cpu-sync-w1-n4-default", "cpu-asyncio"])
    assert all(path.exists() for path in paths)


def test_where_all_is_ok_nothing_is_touched(tmp_path: Path) -> None:
    paths = measured_folder(tmp_path, "ok", "ok")
    assert retry(tmp_path) == []
    assert all(path.exists() for path in paths)
    assert (tmp_path / "runs.csv").exists()


def test_what_was_never_measured_is_nothing_to_delete(tmp_path: Path) -> None:
    measured_folder(tmp_path, "ok")
    assert retry(tmp_path) == []


def of_two(blocks: int, times: factories.Times) -> list[tuple[Run, RunRow]]:
    campaign = factories.on_two_interpreters(blocks)
    return list(zip(plan(campaign), factories.run_rows(campaign, times)))


def test_a_block_torn_on_one_interpreter_is_measured_again_on_all() -> None:
    times: factories.Times = {**factories.ON_TWO, "sync@new": [8.0, "failed", 8.0, 8.0, 8.0]}
    again = wanted(of_two(5, times), (), pairs=True)
    assert {(row.contender, row.interpreter, row.block) for row in again} == {
        (contender, interpreter, 2) for contender in ("sync", "threading") for interpreter in ("default", "new")
    }


def test_what_was_skipped_does_not_tear_a_block() -> None:
    assert wanted(of_two(5, {**factories.ON_TWO, "sync@new": ["skipped"] * 5}), (), pairs=True) == []
