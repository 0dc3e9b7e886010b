"""Draw the figures timing and closeup from synthetic campaigns, and from items with known times."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from numpy.typing import NDArray
from support import factories
from support.drawn import data

from concbench.drawing import style
from concbench.drawing.files import save
from concbench.drawing.style import Look, Style
from concbench.drawing.svg import SVG
from concbench.drawing.timeline import Doing, rows
from concbench.drawing.timeline_panel import Panel, draw_panels
from concbench.records.rows import ItemRow
from figures import closeup, timing

ITEMS = 160
WORK_S, QUEUE_S, WAIT_S = 0.003, 0.002, 0.09  # of each item
INKS = {Doing.WORKING: "#ff0000", Doing.QUEUEING: "#00ff00", Doing.DELAYED: "#0000ff"}


def download(number: int, thread: int, start_s: float) -> ItemRow:
    """An item that works and queues before the server gets its request, and waits for the response until it ends."""
    asked_s = start_s + WORK_S + QUEUE_S
    end_s = asked_s + WAIT_S
    return ItemRow("io", 1, number, thread, start_s, end_s, WORK_S, number, asked_s, asked_s, end_s)


def in_turn(workers: int) -> list[ItemRow]:
    """Downloads that are dealt out to the workers, each of which does its own one after the other."""
    whole_s = WORK_S + QUEUE_S + WAIT_S
    return [download(number, number % workers, whole_s * (number // workers)) for number in range(ITEMS)]


RUNS = {
    "sync": in_turn(1),
    "thread_pool": in_turn(5),
    "asyncio": [download(number, 0, 0.0001 * number) for number in range(ITEMS)],  # all at once
    "multiprocessing_pool": in_turn(2),
}


def panel(model: str, items: list[ItemRow], **more: float) -> Panel:
    known = {"setup_s": 0.0, "teardown_s": 0.0, "cpus_used": 0.1, "peak_in_flight": float("nan"), **more}
    run = pd.Series({"model": model, "makespan_s": max(item.end_s or 0 for item in items), **known})
    return Panel(run, model, rows(items), controlled=True)


def ink(model: str, monkeypatch: pytest.MonkeyPatch) -> NDArray[np.float64]:
    """Draw a run in pure colours on black; return how much of each column of pixels has each colour, in pixels."""
    for doing, colour in INKS.items():
        monkeypatch.setattr(doing, "colour", colour)
    figure = draw_panels([panel(model, RUNS[model])], "io", one_scale=True).figure
    axes = figure.axes[0]
    figure.set_facecolor("black")
    axes.set_facecolor("black")
    axes.spines[:].set_visible(False)
    axes.grid(visible=False)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    box = axes.get_window_extent()
    pixels = np.asarray(canvas.buffer_rgba())[::-1]  # from the bottom
    inside = pixels[int(box.y0) : int(box.y1) + 1, int(box.x0) : int(box.x1) + 1, :3]
    return np.asarray(inside.sum(axis=0) / 255, dtype=np.float64)


@pytest.mark.parametrize("width_in", [3.4, 4.8, 9.6])
@pytest.mark.parametrize("model", RUNS)
def test_the_ink_of_a_run_adds_up_to_its_times(model: str, width_in: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(style.LOOKS, Style.REPORT, Look(width_in, 220, 0.9))
    style.apply()
    drawn = ink(model, monkeypatch).sum(axis=0)
    whole_s = WORK_S + QUEUE_S + WAIT_S
    assert drawn / drawn.sum() == pytest.approx([WORK_S / whole_s, QUEUE_S / whole_s, WAIT_S / whole_s], rel=0.02)


def test_no_rest_is_drawn_where_work_went_on_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    work = ink("sync", monkeypatch)[:, 0]
    parts = np.array([part.sum() for part in np.array_split(work[4:-4], 16)])  # ten items each
    assert np.abs(parts / parts.mean() - 1).max() < 0.15


def heights(axes: Axes, number: int = 0) -> list[float]:
    """How high the areas of a collection reach."""
    return [float(np.asarray(path.vertices)[:, 1].max()) for path in axes.collections[number].get_paths()]


def test_five_threads_under_the_gil_use_the_cpus_that_were_measured() -> None:
    items = [ItemRow("cpu", 1, number, number % 5, 0.0, 1.0, 0.24) for number in range(5)]  # 1.2 CPUs, as spread over the items
    under = draw_panels([panel("thread_pool", items, cpus_used=1.01)], "cpu", one_scale=True).figure.axes[1]
    assert heights(under) == pytest.approx([1.01])
    assert under.get_ylabel() == "CPUs used\n(mean 1.01)"


def test_cpus_that_are_not_known_are_not_drawn() -> None:
    items = [ItemRow("cpu", 1, 0, 0, 0.0, 1.0, 0.5)]
    under = draw_panels([panel("sync", items, cpus_used=float("nan"))], "cpu", one_scale=True).figure.axes[1]
    assert (heights(under), under.get_ylabel()) == ([0.0], "CPUs used\n(unknown)")


def test_requests_in_flight_are_those_that_the_server_saw() -> None:
    shown = draw_panels([panel("asyncio", RUNS["asyncio"], peak_in_flight=100.0)], "io", one_scale=True)
    assert shown.figure.axes[1].get_ylabel() == "requests in\nflight (max 100)"


def drawn_rows(axes: Axes) -> int:
    """How many rows of a diagram have something after a quarter of its time: between them are gaps."""
    picture = np.asarray(axes.images[0].get_array())
    opaque = picture[:, picture.shape[1] // 4, 3] > 127
    return int((np.diff(opaque.astype(int)) == 1).sum())


def spans_of_time(axes: Axes) -> tuple[float, float]:
    """When the first item of a diagram begins, and when the last one ends."""
    moments = np.concatenate([np.asarray(path.vertices)[:, 0] for path in axes.collections[0].get_paths()])
    return float(moments.min()), float(moments.max())


def test_timing_diagrams_have_a_row_for_each_worker_and_the_set_up_before_them(tmp_path: Path) -> None:
    drawn = timing.draw(data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3}))
    assert drawn.title == "cpu:\nsync takes 10 s, threading (2 workers) takes 5 s"
    sync, under, threading, _ = drawn.figure.axes
    assert [axes.get_title("left") for axes in (sync, threading)] == [
        "sync: 10 s (1 thread)",
        "threading, 2 workers: 5 s (2 threads)",
    ]
    assert [drawn_rows(axes) for axes in (sync, threading)] == [1, 2]
    assert spans_of_time(threading) == pytest.approx((0.5, 4.5))
    assert under.get_ylabel() == "CPUs used\n(mean 0.10)"


def test_items_have_their_times_under_the_pointer(tmp_path: Path) -> None:
    drawn = timing.draw(data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3}))
    save(drawn, tmp_path / "made.svg")
    marks = [one for one in ElementTree.parse(tmp_path / "made.svg").iter(f"{{{SVG}}}g") if one.get("class") == "mark"]
    assert len(marks) == 2 * 4  # each of the two runs has four items
    assert marks[0].findtext(f"{{{SVG}}}title") == "item 0: working 1000 ms, queueing 1000 ms"
    assert {one.get("pointer-events") for one in marks} == {"all"}


def test_timing_diagrams_share_one_time_scale_and_closeups_have_their_own(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3})
    ends = [[axes.get_xlim()[1] for axes in draw(shown).figure.axes[::2]] for draw in (timing.draw, closeup.draw)]
    assert ends[0] == pytest.approx([10.04, 10.04])
    assert ends[1] == pytest.approx([10.04, 5.02])


def test_a_closeup_names_the_contender_that_queues_most(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3})
    busy = shown.items["configuration"].str.contains("sync")
    shown.items.loc[busy, "cpu_s"] = shown.items["end_s"] - shown.items["start_s"]
    assert closeup.draw(shown).title == "cpu:\nthreading (2 workers) spends 40 % of its time queueing"
    shown.items["cpu_s"] = shown.items["end_s"] - shown.items["start_s"]
    assert closeup.draw(shown).title == "cpu:\nno contender spends more than 1 % of its time queueing"
    shown.items["cpu_s"] = float("nan")
    assert closeup.draw(shown).title == "cpu:\nit is not known how long items queue"


def test_many_rows_are_drawn_as_bands_and_counted(tmp_path: Path) -> None:
    contenders = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [160]}}
    campaign = factories.campaign(sizes=[160], contenders=contenders)
    drawn = timing.draw(data(tmp_path, campaign, {"sync": [10.0] * 3, "threading": [5.0] * 3}))
    assert drawn.figure.axes[2].get_title("left") == "threading, 160 workers: 5 s (160 threads in 24 bands)"
    assert drawn_rows(drawn.figure.axes[2]) == 24
    assert "160 threads in 24 bands" in drawn.description


def test_timing_diagrams_describe_the_rows_activities(tmp_path: Path) -> None:
    drawn = timing.draw(data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3}))
    assert "sync: 10 s (1 thread): working (the item's CPU time) 40 %, queueing" in drawn.description
