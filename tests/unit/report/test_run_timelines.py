"""Put known runs into the page."""

from __future__ import annotations

import base64
import json
import re
import zlib
from dataclasses import replace

import pytest
from support.timed import DOWNLOADS, timed

from concbench.drawing.timeline import Doing
from concbench.records.rows import ItemRow
from concbench.report.page import PARTS
from concbench.report.run_timelines import (
    ACTIVITIES,
    MOST_BYTES,
    RunData,
    encoded,
    largest_that_fits,
    run_data,
    timelines,
)

WORKED = (("working", "queueing"), ("in_server_queue",), ("delayed",), ("working", "queueing"))
KNOWN = RunData(
    length=1_600_000,
    setup=100_000,
    teardown=100_000,
    rows=["thread 0", "thread 1"],
    counts=[1, 1],
    items=[0, 1],
    connections=[3, 2],
    starts=[100_000, 200_000],
    shapes=[WORKED, (("queueing",), ("delayed",), ("queueing",))],
    shape=[0, 1],
    amounts=[50_000, 50_000, 100_000, 1_000_000, 100_000, 100_000, 200_000, 600_000, 200_000],
)


def test_a_run_is_listed_in_ticks_of_a_tenth_of_a_microsecond() -> None:
    assert run_data(timed(DOWNLOADS)) == KNOWN


def test_starts_count_from_the_end_of_the_item_before() -> None:
    items = [ItemRow("p", 1, 0, 0, 0.01, 0.02, 0.01), ItemRow("p", 1, 5, 0, 0.0200001, 0.03, 0.0)]
    data = run_data(timed(items, "sync"))
    assert (data.starts, data.items, data.connections) == ([100_000, 1], [0, 5], [])
    assert data.amounts == [100_000, 99_999]
    assert data.shapes == [(("working",),), (("queueing",),)]


def test_the_page_has_compressed_json() -> None:
    text = zlib.decompress(base64.b64decode(encoded(KNOWN))).decode()
    assert text == (
        '{"length":1600000,"setup":100000,"teardown":100000,"rows":["thread 0","thread 1"],"counts":[1,1],"items":[0,1],'
        '"connections":[3,2],"starts":[100000,200000],"shapes":[[["working","queueing"],["in_server_queue"],["delayed"],'
        '["working","queueing"]],[["queueing"],["delayed"],["queueing"]]],"shape":[0,1],'
        '"amounts":[50000,50000,100000,1000000,100000,100000,200000,600000,200000]}'
    )


def test_each_run_is_listed_with_its_trace() -> None:
    (own,) = timelines([timed(DOWNLOADS)])["io"]
    assert (own.label, own.trace) == ("threading, 2 workers", "traces/io-two.json.gz")
    assert own.data == encoded(KNOWN)


def test_runs_for_which_the_page_has_no_room_have_no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    small = timed(DOWNLOADS[:1])
    large = timed([replace(DOWNLOADS[0], item=number, thread=number) for number in range(50)])
    monkeypatch.setattr("concbench.report.run_timelines.MOST_BYTES", len(encoded(run_data(small))) + 10)
    assert [one.data is None for one in timelines([large, small])["io"]] == [True, False]
    assert MOST_BYTES < 1_500_000  # beside the figures, of a page below 5 MB


@pytest.mark.parametrize(
    ("sizes", "largest"),
    [([], 0), ([40], 40), ([101], 0), ([10, 30, 60], 60), ([10, 30, 61], 30), ([30, 30, 30, 30], 0), ([10, 50, 50, 50], 10)],
)
def test_the_smallest_runs_are_kept(sizes: list[int], largest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("concbench.report.run_timelines.MOST_BYTES", 100)
    assert largest_that_fits(sizes) == largest


def test_every_activity_has_a_colour_in_light_and_dark_and_the_light_one_is_that_of_the_figures() -> None:
    light, dark = (PARTS / "run_timelines.css").read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    colours = dict(re.findall(r"\[data-activity=(\w+)\] i \{ background: (#\w+)", light))
    assert {doing.name.lower(): doing.colour for doing in Doing}.items() <= colours.items()
    names = {activity.name for activity in ACTIVITIES}
    assert set(colours) == names
    assert set(re.findall(r"\[data-activity=(\w+)\]", dark)) == names


def test_numbers_in_the_page_are_whole() -> None:
    for name, value in json.loads(zlib.decompress(base64.b64decode(encoded(run_data(timed(DOWNLOADS)))))).items():
        numbers = value if isinstance(value, list) else [value]
        assert all(isinstance(one, int) for one in numbers) or name in ("rows", "shapes"), name
