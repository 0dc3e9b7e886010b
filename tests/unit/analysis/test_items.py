"""Collect items.csv: the representative run of each configuration, and its items."""

from __future__ import annotations

from pathlib import Path

from support import factories

from concbench.analysis.items import item_rows, representative
from concbench.records.request_times import Requests
from concbench.records.run_record import ItemTimes


def test_the_typical_run_is_the_one_nearest_to_the_median(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0, 1.0, 9.0], "threading": [2.0, "failed", 8.0]}
    found = representative(factories.runs_table(tmp_path, factories.campaign(), times))
    assert dict(zip(found["contender"], found["makespan_s"])) == {"sync": 4.0, "threading": 2.0}


def test_a_configuration_without_a_run_that_counts_has_no_typical_run(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 3, "threading": ["failed"] * 3}
    assert list(representative(factories.runs_table(tmp_path, factories.campaign(), times))["contender"]) == ["sync"]


def test_items_are_joined_with_the_requests_that_were_made_for_them() -> None:
    items = ItemTimes(start_s=[0.0, 0.1], end_s=[1.0, 1.1], cpu_s=[0.01, 0.02], thread=[0, 1])
    requests = Requests(
        item=[1, 0, 1], connection=[1, 2, 1], delay_s=[0.5] * 3, received_s=[0.2, 0.3, 0.6], served_s=[0.2, 0.3, 0.6],
        released_s=[0.5, 0.8, 1.0],
    )  # fmt: skip
    first, second = item_rows("p", 3, items, requests)
    assert (first.item, first.connection, first.received_s, first.released_s) == (0, 2, 0.3, 0.8)
    assert (second.item, second.thread, second.received_s, second.released_s) == (1, 1, 0.6, 1.0)  # asked for twice: the last


def test_items_without_requests_have_no_moments_of_the_server() -> None:
    (only,) = item_rows("p", 1, ItemTimes([0.0], [1.0], [0.5], [0]), None)
    assert (only.cpu_s, only.received_s, only.released_s) == (0.5, None, None)
