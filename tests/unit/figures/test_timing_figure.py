"""Draw the figures timing and closeup from synthetic campaigns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from support import factories
from support.drawn import data

from concbench.drawing.timeline_panel import Panel, draw_panels
from concbench.records.rows import ItemRow
from figures import closeup, timing


def boxes(axes: Axes) -> list[tuple[float, float, float, float]]:
    """The boxes of a diagram's rows: start, end, and the shares of the row's height that they reach from and to."""
    found = []
    for path in axes.collections[0].get_paths():
        across, down = np.asarray(path.vertices)[:4].T
        found.append((float(across.min()), float(across.max()), float(down.min()), float(down.max())))
    return found


def test_timing_diagrams_have_a_row_for_each_worker_and_the_set_up_before_them(tmp_path: Path) -> None:
    drawn = timing.draw(data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3}))
    assert drawn.title == "cpu:\nfrom 10 s (sync) to 5 s (threading, 2 workers)"
    sync, under, threading, _ = drawn.figure.axes
    assert [axes.get_title("left") for axes in (sync, threading)] == [
        "sync: 10 s (1 thread)",
        "threading, 2 workers: 5 s (2 threads)",
    ]
    assert len(boxes(sync)) == 8  # four items, half of each working
    assert len(boxes(threading)) == 8
    assert {round(low + high) // 2 for _, _, low, high in boxes(threading)} == {0, 1}
    assert min(start for start, *_ in boxes(threading)) == pytest.approx(0.5)
    assert max(end for _, end, *_ in boxes(threading)) == pytest.approx(4.5)
    assert under.get_ylabel() == "CPUs in use\n(mean 0.10)"


def test_timing_diagrams_share_one_time_scale_and_closeups_have_their_own(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3})
    ends = [[axes.get_xlim()[1] for axes in draw(shown).figure.axes[::2]] for draw in (timing.draw, closeup.draw)]
    assert ends[0] == pytest.approx([10.04, 10.04])
    assert ends[1] == pytest.approx([10.04, 5.02])


def test_of_many_rows_some_are_shown_and_counted(tmp_path: Path) -> None:
    contenders = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [160]}}
    campaign = factories.campaign(sizes=[160], contenders=contenders)
    drawn = timing.draw(data(tmp_path, campaign, {"sync": [10.0] * 3, "threading": [5.0] * 3}))
    assert drawn.figure.axes[2].get_title("left") == "threading, 160 workers: 5 s (24 of 160 threads shown)"
    assert len(boxes(drawn.figure.axes[2])) == 2 * 24
    assert "24 of 160 threads shown" in drawn.description


def test_boxes_narrower_than_a_pixel_are_all_seen_alike() -> None:
    waits_s, works_s, count = 0.09, 0.003, 160
    items = []
    for number in range(count):
        start_s = number * (waits_s + works_s)
        released_s = start_s + waits_s
        times = {"start_s": start_s, "end_s": released_s + works_s, "cpu_s": works_s, "received_s": start_s}
        items.append(ItemRow("io", 1, number, 0, connection=0, served_s=start_s, released_s=released_s, **times))
    run = pd.Series({"model": "sync", "setup_s": 0.0, "makespan_s": items[-1].end_s, "teardown_s": 0.0, "cpus_used": 0.03})
    figure = draw_panels([Panel(run, "sync", [items], controlled=True)], "io", one_scale=True).figure
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    extent = figure.axes[0].get_window_extent()
    pixels = np.asarray(canvas.buffer_rgba())[::-1]  # from the bottom
    along = pixels[round(extent.y0 + 0.3 * extent.height), round(extent.x0) + 10 : round(extent.x1) - 10, 0].astype(int)
    darkest = np.array([one.min() for one in np.array_split(along, 16)])  # ten items each
    assert np.ptp(darkest) < 60
    assert darkest.max() < 205  # pale is 207


def test_timing_diagrams_describe_the_rows_activities(tmp_path: Path) -> None:
    drawn = timing.draw(data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3}))
    assert "sync: 10 s (1 thread): working (the item's CPU time) 40 %, queueing" in drawn.description
