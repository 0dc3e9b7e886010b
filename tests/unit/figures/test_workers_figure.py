"""Draw the figure workers from synthetic campaigns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support import factories
from support.drawn import SWEEP, SWEPT, data, texts

from figures import workers


def test_the_sweep_marks_the_optimum_and_says_what_is_as_good(tmp_path: Path) -> None:
    drawn = workers.draw(data(tmp_path, factories.campaign(contenders=SWEEP), SWEPT))
    assert drawn.title.endswith("threading: of 2 to 10 workers, 5 had the shortest median")
    assert "5: 3.1 s" in texts(drawn.figure)
    axes = drawn.figure.axes[0]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert axes.get_ylabel() == "elapsed time (s, log scale)"


def test_the_sweeps_lower_bound_ends_at_the_effective_parallelism(tmp_path: Path) -> None:
    axes = workers.draw(data(tmp_path, factories.campaign(contenders=SWEEP), SWEPT)).figure.axes[0]
    lower_bound = next(line for line in axes.lines if str(line.get_label()).startswith("lower bound"))
    assert list(np.asarray(lower_bound.get_ydata())) == pytest.approx([10.0, 10 / 1.5, 10 / 1.5, 10 / 1.5])


def test_a_swept_baseline_is_no_line_of_its_own(tmp_path: Path) -> None:
    own = {"threading": {"model": "thread_pool", "workers": [2, 5, 10]}}
    campaign = factories.campaign(contenders=own, baseline="threading")
    shown = data(tmp_path, campaign, {name: times for name, times in SWEPT.items() if name != "sync"})
    axes = workers.draw(shown).figure.axes[0]
    assert sorted(str(line.get_label()) for line in axes.lines if not str(line.get_label()).startswith("_")) == [
        "lower bound: work ÷ effective parallelism",
        "threading",
    ]


def test_a_flat_sweep_shows_no_clear_difference(tmp_path: Path) -> None:
    flat: factories.Times = {"sync": [10.0] * 5, "threading": [10.0, 11.0, 10.5, 10.2, 10.8]}
    drawn = workers.draw(data(tmp_path, factories.campaign(5, contenders=SWEEP), flat))
    assert " ".join(drawn.title.split()).endswith("threading: 2 to 10 workers show no clear difference in 5 blocks")


def test_one_number_of_workers_is_no_sweep(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(contenders=SWEEP), SWEPT)
    for table in (shown.summary, shown.comparisons):
        table.loc[table["contender"] == "threading", "workers"] = 2  # as of [2, cpus] on two CPUs
    drawn = workers.draw(shown)
    assert (drawn.title, drawn.figure.axes) == ("cpu:\nthreading: only 2 workers measured", [])
