"""Test that a damaged record costs its own row and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support import factories

from concbench.analysis import items, runs
from concbench.analysis.probes import probe_rows
from concbench.campaign.blocks import whole_or_next
from concbench.campaign.fingerprints import probe_path, record_path
from concbench.campaign.plan import plan, probe_plan, spec
from concbench.measured.status import Status
from concbench.records.record_version import VERSION
from concbench.records.run_record import ItemTimes, RunRecord

CAMPAIGN = factories.campaign(2)


def records(folder: Path) -> list[Path]:
    """Write a record for each run."""
    paths = [folder / f"{record_path(CAMPAIGN, run)}.json" for run in plan(CAMPAIGN)]
    for run, path in zip(plan(CAMPAIGN), paths):
        times = ItemTimes([0.0] * 4, [1.0] * 4, [0.5] * 4, [0] * 4)
        RunRecord(spec(CAMPAIGN, run), factories.measured(2.0, 1), times).write(path)
    return paths


@pytest.mark.parametrize(
    "content",
    [b"{}\n", b"null\n", b"7\n", b"\xff\xfe\n", b"[" * 20_000 + b"\n", json.dumps({"version": VERSION}).encode() + b"\n"],
)
def test_a_record_that_is_none_is_a_row_that_says_so(content: bytes, tmp_path: Path) -> None:
    (first, *_) = records(tmp_path)
    first.write_bytes(content)
    bad, *others = sorted(runs.collect(CAMPAIGN, tmp_path), key=lambda row: row.status == Status.OK)
    assert bad.status == Status.MISSING
    assert str(first) in str(bad.reason)
    assert {row.status for row in others} == {Status.OK}


@pytest.mark.parametrize(
    "edited", [{"makespan_s": -1.0}, {"makespan_s": 0.0}, {"makespan_s": 1e308}, {"workers": 0}, {"cpu_user_s": 1e300}]
)
def test_a_number_that_nothing_measures_is_a_row_that_says_so(edited: dict[str, Any], tmp_path: Path) -> None:
    (first, *_) = records(tmp_path)
    record = RunRecord.read(first)
    replace(record, measured=replace(record.measured, **edited)).write(first)
    (bad,) = (row for row in runs.collect(CAMPAIGN, tmp_path) if row.status != Status.OK)
    (name,) = edited
    assert bad.status == Status.MISSING
    assert f"this is not a run record ({name} is " in str(bad.reason)


def test_items_of_unequal_length_are_not_drawn(tmp_path: Path) -> None:
    for path in records(tmp_path):
        record = RunRecord.read(path)
        assert record.items
        replace(record, items=replace(record.items, thread=[0])).write(path)
    assert {row.status for row in runs.collect(CAMPAIGN, tmp_path)} == {Status.MISSING}


def test_a_record_damaged_after_its_row_was_made_gives_no_items(tmp_path: Path) -> None:
    paths = records(tmp_path)
    table = pd.DataFrame([vars(row) for row in runs.collect(CAMPAIGN, tmp_path)])
    before = len(list(items.collect(table, tmp_path)))
    for path in paths:
        if "sync" in str(path):
            path.write_text("{}\n")
    assert len(list(items.collect(table, tmp_path))) == before / 2


@pytest.mark.parametrize("content", ["{}\n", "7\n", '{"metrics": []}\n', '{"probe": 1}\n'])
def test_a_damaged_record_of_a_probe_is_a_row_that_says_so(content: str, tmp_path: Path) -> None:
    probe = probe_plan(CAMPAIGN)[0]
    path = tmp_path / f"{probe_path(probe)}.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    (row,) = probe_rows(CAMPAIGN, tmp_path)
    assert (row.probe, row.block, row.value, row.status) == (probe.probe, probe.block, None, Status.MISSING)
    assert str(path) in str(row.reason)


def test_what_is_no_file_in_a_records_place_is_left_and_another_is_measured(tmp_path: Path) -> None:
    (tmp_path / "one.json").mkdir()
    (tmp_path / "two.json").symlink_to(tmp_path / "two.json")
    (tmp_path / "file").touch()
    assert whole_or_next(tmp_path, "one") == "one.2"
    assert whole_or_next(tmp_path, "two") == "two.2"
    assert whole_or_next(tmp_path, "file/three") == "file/three"


def test_after_the_first_look_only_measured_runs_are_listed(tmp_path: Path) -> None:
    campaign = factories.campaign(factories.UNTIL_DECIDED)
    measured = [run for run in plan(campaign) if run.block in (3, 9) and run.configuration.contender == "sync"]
    for run in measured:
        record = RunRecord(spec(campaign, run), factories.measured(2.0, 1))
        record.write(tmp_path / f"{record_path(campaign, run)}.json")
    rows = runs.collect(campaign, tmp_path)
    assert [(row.block, row.contender) for row in rows if row.status == Status.OK] == [(3, "sync"), (9, "sync")]
    assert len(rows) == 2 * 7 + 1
    assert [row.block for row in runs.collect(campaign, tmp_path, measured)] == [3, 9]
