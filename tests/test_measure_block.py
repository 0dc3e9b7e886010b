"""What a block on a cluster's node keeps of an attempt before it."""

from __future__ import annotations

from pathlib import Path

import factories
import pytest

from measure_block import is_torn, records, sessions, set_aside
from plan import plan, spec
from record_paths import forget_blocks, once_whole
from run_record import Measured, RunRecord


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    """The first block's records, none of them written yet."""
    runs, _ = records(factories.campaign(), tmp_path, 1)
    for run in runs:
        run.parent.mkdir(parents=True)
    return runs


def write(path: Path, session: str) -> None:
    asked = spec(factories.campaign(), plan(factories.campaign())[0])
    RunRecord(asked, Measured("ok", session=session, node="one")).write(path)


def test_a_block_has_the_records_of_its_own_runs_and_probes(tmp_path: Path) -> None:
    runs, probes = records(factories.campaign(), tmp_path, 2)
    assert len(runs) == 2
    assert {path.stem for path in (*runs, *probes)} == {"block-2"}
    assert [path.parts[len(tmp_path.parts) + 1] for path in probes] == ["parallel_capacity"]


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
    assert RunRecord.read(runs[0].with_suffix(".torn")).measured.session == "first"


def test_two_attempts_in_one_block_are_noticed(runs: list[Path]) -> None:
    for path in runs:
        write(path, "first")
    assert sessions(runs, []) == {("first", "one")}
    write(runs[1], "second")
    assert sessions(runs, []) == {("first", "one"), ("second", "one")}


def test_a_block_that_lost_a_record_no_longer_counts_as_measured(tmp_path: Path) -> None:
    (tmp_path / "blocks").mkdir()
    for name in ("1-abc", "1-def", "2-abc", "11-abc"):
        (tmp_path / "blocks" / f"{name}.measured").touch()
    assert once_whole(tmp_path, 1)
    forget_blocks(tmp_path, [1])
    assert not once_whole(tmp_path, 1)
    assert sorted(path.stem for path in (tmp_path / "blocks").iterdir()) == ["11-abc", "2-abc"]
