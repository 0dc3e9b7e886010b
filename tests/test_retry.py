"""What isn't ok is measured again, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from campaign import Campaign
from plan import plan, spec
from record_paths import record_path
from retry import retry
from run_record import Measured, RunRecord

CONFIG = {
    "campaign": "made-up",
    "repetitions": 2,
    "experiments": {
        "cpu": {"workload": "sum_squares", "sizes": [4], "baseline": "sync", "contenders": {"sync": {"model": "sync"}}},
    },
}


def measured_folder(folder: Path, *statuses: str) -> list[Path]:
    """A campaign's folder with a record for each status; the paths of the records."""
    (folder / "config.json").write_text(json.dumps(CONFIG))
    (folder / "runs.csv").write_text("made from the records")
    campaign = Campaign.from_config(CONFIG)
    paths = []
    for run, status in zip(plan(campaign), statuses):
        paths.append(folder / "runs" / f"{record_path(campaign, run)}.json")
        RunRecord(spec(campaign, run), Measured(status, "made up")).write(paths[-1])
    return paths


def test_only_what_is_not_ok_is_deleted_with_the_table_made_from_it(tmp_path: Path) -> None:
    ok, failed = measured_folder(tmp_path, "ok", "failed")
    assert retry(tmp_path) == ["cpu-sync-w1-n4-default, block 2: failed, made up"]
    assert ok.exists()
    assert not failed.exists()
    assert not (tmp_path / "runs.csv").exists()


def test_points_are_measured_again_ok_or_not(tmp_path: Path) -> None:
    paths = measured_folder(tmp_path, "ok", "failed")
    assert retry(tmp_path, ["cpu-sync-w1-n4-default"]) == [
        "cpu-sync-w1-n4-default, block 1: ok, made up",
        "cpu-sync-w1-n4-default, block 2: failed, made up",
    ]
    assert not any(path.exists() for path in paths)


def test_a_point_that_is_not_there_is_named_and_nothing_is_touched(tmp_path: Path) -> None:
    paths = measured_folder(tmp_path, "ok", "failed")
    with pytest.raises(SystemExit, match="has no point cpu-asyncio"):
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
