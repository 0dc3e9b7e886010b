"""Select the runs that can be looked into, and name their rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import factories
from support.timed import DOWNLOADS, timed

from concbench.drawing.timed_runs import timed_runs
from concbench.drawing.timeline import Doing
from concbench.records.rows import ItemRow


def item(number: int, thread: int, start_s: float, end_s: float) -> ItemRow:
    return ItemRow("p", 1, number, thread, start_s, end_s, cpu_s=0.0)


def test_every_configuration_with_a_run_that_counts_has_one(tmp_path: Path) -> None:
    campaign = factories.campaign(3, control="sync")
    times: factories.Times = {"sync": [4.0, 1.0, 9.0], "control": [4.0] * 3, "threading": ["failed"] * 3}
    found = list(timed_runs(factories.synthetic(tmp_path, campaign, times)))
    assert sorted(run.name for run in found) == ["cpu: sync", "cpu: sync, measured again"]
    sync = next(run for run in found if run.label == "sync")
    assert (sync.run.block, sync.run.makespan_s, sync.controlled) == (1, 4.0, True)
    assert [[one.item for one in row] for row in sync.rows] == [[0, 1, 2, 3]]
    assert sync.trace == f"traces/{sync.run.configuration}.json.gz"


def test_rows_are_named_by_their_threads_or_processes() -> None:
    two = [item(0, 0, 0.0, 1.0), item(1, 1, 0.0, 1.0)]
    assert timed(two).row_names == ["thread 0", "thread 1"]
    assert timed(two, "process_pool_executor").row_names == ["process 0", "process 1"]


def test_tasks_are_counted_and_name_their_thread_if_there_are_several() -> None:
    overlapping = [item(0, 0, 0.0, 1.0), item(1, 0, 0.1, 1.0)]
    assert timed(overlapping, "asyncio").row_names == ["task 0", "task 1"]
    on_two = timed([*overlapping, item(2, 1, 0.2, 1.0)], "asyncio")
    assert on_two.row_names == ["task 0 of thread 0", "task 1 of thread 0", "task 0 of thread 1"]


def test_a_download_is_cut_into_phases_in_the_order_of_time() -> None:
    phases = timed(DOWNLOADS).phases(DOWNLOADS[0])
    assert [(phase.start_s, phase.end_s) for phase in phases] == [(0.01, 0.02), (0.02, 0.03), (0.03, 0.13), (0.13, 0.15)]
    assert [[doing for doing, _ in phase.shares] for phase in phases] == [
        [Doing.WORKING, Doing.QUEUEING],
        [Doing.IN_SERVER_QUEUE],
        [Doing.DELAYED],
        [Doing.WORKING, Doing.QUEUEING],
    ]
    assert [sum(share for _, share in phase.shares) for phase in phases] == pytest.approx([1.0] * 4)


def test_no_phase_reaches_beyond_its_item() -> None:
    late = ItemRow("p", 1, 0, 0, 0.1, 0.2, cpu_s=0.0, received_s=0.05, served_s=0.15, released_s=0.3)
    assert [(one.start_s, one.end_s) for one in timed([late]).phases(late)] == [(0.1, 0.15), (0.15, 0.2)]
