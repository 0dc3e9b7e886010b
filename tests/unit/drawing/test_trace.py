"""Make the traces of known runs."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.timed import DOWNLOADS, timed

from concbench.drawing.timeline import Doing
from concbench.drawing.trace import CALLED, Event, events, trace_file
from concbench.records.rows import ItemRow


def of_kind(found: Iterable[Event], kind: str, name: str | None = None) -> list[Event]:
    return [event for event in found if event.ph == kind and name in (None, event.name)]


def test_rows_are_named_and_numbered() -> None:
    found = of_kind(events(timed(DOWNLOADS)), "M")
    assert found[0].args == {"name": "2 downloads: threading, 2 workers"}
    assert [(event.tid, event.args["name"]) for event in found if event.name == "thread_name"] == [
        (1, "the run"),
        (2, "thread 0"),
        (3, "thread 1"),
    ]


def test_items_have_spells_of_work_wait_and_queue() -> None:
    spells = [(event.tid, event.name, event.ts, event.dur) for event in of_kind(events(timed(DOWNLOADS)), "X")]
    assert spells == [
        (1, "threading, 2 workers", 0, 160_000),
        (1, "set-up", 0, 10_000),
        (1, "tear-down", 150_000, 10_000),
        (2, "item 0", 10_000, 140_000),
        (2, "work", 10_000, 5_000),
        (2, "queue", 15_000, 5_000),
        (2, "server's queue", 20_000, 10_000),
        (2, "wait", 30_000, 100_000),
        (2, "work", 130_000, 10_000),
        (2, "queue", 140_000, 10_000),
        (3, "item 1", 20_000, 100_000),
        (3, "queue", 20_000, 20_000),
        (3, "wait", 40_000, 60_000),
        (3, "queue", 100_000, 20_000),
    ]


def test_an_item_has_its_connection_and_the_servers_moments_as_arguments() -> None:
    (item,) = of_kind(events(timed(DOWNLOADS)), "X", "item 0")
    assert item.args == {
        "item": 0, "cpu_s": 0.015, "connection": 3, "received_s": 0.02, "served_s": 0.03, "released_s": 0.13,
    }  # fmt: skip


def test_an_item_without_a_server_has_no_argument_that_is_not_known() -> None:
    run = timed([ItemRow("p", 1, 0, 0, 0.01, 0.02)], "asyncio")
    (item,) = of_kind(events(run), "X", "item 0")
    assert item.args == {"item": 0}
    assert [event.dur for event in of_kind(events(run), "X", "work or queue")] == [10_000]


def test_the_run_has_its_row_of_the_table_as_arguments() -> None:
    run = timed(DOWNLOADS, cpus_used=0.25, peak_in_flight=2, server="near")
    (whole,) = of_kind(events(run), "X", run.label)
    assert whole.args == {
        "configuration": "io-two", "block": 1, "server": "near", "workers": 2, "makespan_s": 0.16, "cpus_used": 0.25,
        "peak_in_flight": 2,
    }  # fmt: skip


def test_a_counter_has_the_requests_in_flight() -> None:
    found = of_kind(events(timed(DOWNLOADS)), "C", "requests in flight")
    in_flight = [(event.ts, event.args["requests"]) for event in found]
    assert in_flight == [(0, 0), (20_000, 1), (30_000, 1), (40_000, 2), (100_000, 1), (130_000, 0)]


def test_a_counter_has_the_cpus_that_the_run_used() -> None:
    found = of_kind(events(timed(DOWNLOADS, cpus_used=0.25)), "C", "CPUs used (mean)")
    assert [(event.ts, event.args) for event in found] == [(0, {"CPUs": 0.25}), (160_000, {"CPUs": 0})]


def test_a_run_of_which_neither_is_known_has_no_counter() -> None:
    assert of_kind(events(timed([ItemRow("p", 1, 0, 0, 0.01, 0.02)], "asyncio")), "C") == []


MICROSECONDS = st.integers(0, 30_000)


@given(st.lists(st.tuples(MICROSECONDS, MICROSECONDS, MICROSECONDS, MICROSECONDS, MICROSECONDS, st.floats(0, 1)), max_size=20))
def test_the_spells_of_an_item_fill_it_and_add_up_to_its_times(drawn: list[tuple[int, int, int, int, int, float]]) -> None:
    items, at, worked_s, waited_us = [], 10_000, 0.0, 0
    for number, (rest, before, queue, delay, after, share) in enumerate(drawn):
        moments = [at + rest]
        for length in (before, queue, delay, after):
            moments.append(moments[-1] + length)
        start_s, received_s, served_s, released_s, end_s = (moment / 1e6 for moment in moments)
        cpu_s = share * (before + after) / 1e6
        items.append(ItemRow("p", 1, number, 0, start_s, end_s, cpu_s, number, received_s, served_s, released_s))
        at, worked_s, waited_us = moments[-1], worked_s + cpu_s, waited_us + delay
    spells = of_kind(events(timed(items, "sync", makespan_s=at / 1e6)), "X")
    sums = dict.fromkeys(CALLED.values(), 0)
    for event in spells:
        if event.name in sums:
            sums[event.name] += event.dur or 0
    lengths = sum(event.dur or 0 for event in spells if event.name.startswith("item "))
    assert sum(sums.values()) == lengths
    assert sums[CALLED[Doing.DELAYED]] == waited_us
    assert sums[CALLED[Doing.WORKING]] == pytest.approx(worked_s * 1e6, abs=2 * len(drawn))
    own = [event for event in spells if event.name in sums]
    assert all((one.ts or 0) + (one.dur or 0) <= (after.ts or 0) for one, after in pairwise(own))


def test_the_file_is_json_that_depends_on_the_run_alone() -> None:
    made = trace_file(timed(DOWNLOADS))
    assert made == trace_file(timed(DOWNLOADS))
    assert made[4:8] == bytes(4)  # no time in the head of the gzip file
    content: dict[str, Any] = json.loads(gzip.decompress(made))
    assert content["traceEvents"][0] == {
        "ph": "M", "name": "process_name", "pid": 1, "args": {"name": "2 downloads: threading, 2 workers"},
    }  # fmt: skip
    assert {event["pid"] for event in content["traceEvents"]} == {1}
    spells = [event for event in content["traceEvents"] if event["ph"] == "X"]
    assert all({"name", "pid", "tid", "ts", "dur"} <= event.keys() for event in spells)
