"""Figures, tested for what they show: marks, labels, order, values."""

from __future__ import annotations

from pathlib import Path

import factories
import numpy as np
import pytest
from factories import made_up
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from campaign import Campaign
from figure_data import FigureData
from figures import headline, workers

SWEEP = {"sync": {"model": "sync"}, "threading": {"model": "threading", "workers": [2, 5, 10]}}
SWEPT: factories.Times = {
    "sync": [10.0, 10.0, 10.0],
    "threading/2": [6.0, 6.2, 6.1],
    "threading/5": [3.0, 3.1, 3.2],
    "threading/10": [3.1, 3.3, 3.0],
}


def data(folder: Path, campaign: Campaign, times: factories.Times) -> FigureData:
    return made_up(folder, campaign, times).experiment("cpu")


def texts(figure: Figure) -> list[str]:
    """All that is written in a figure's panels."""
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def marks(axes: Axes, number: int) -> list[float]:
    """Where on the horizontal axis a panel's marks stand: those of its ``number``-th drawn collection."""
    return [float(x) for x in np.asarray(axes.collections[number].get_offsets())[:, 0]]


@pytest.fixture(autouse=True)
def closed() -> None:
    pyplot.close("all")


def test_the_headline_says_who_is_fastest_by_how_much(tmp_path: Path) -> None:
    drawn = headline.draw(data(tmp_path, factories.campaign(repetitions=5), {"sync": [4.0] * 5, "threading": [2.0] * 5}))
    assert drawn.title == "cpu, 4 × sum_squares:\nthreading is fastest, 2× sync"


def test_the_headline_names_the_fastest_though_some_runs_of_it_are_missing(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 3, "threading": [2.0, "disturbed", 2.0]}
    drawn = headline.draw(data(tmp_path, factories.campaign(best_of=3), times))
    assert "threading is fastest, 2× sync" in drawn.title
    assert drawn.figure.axes[1].get_xlabel() == "times faster than sync\n(medians)"
    assert marks(drawn.figure.axes[1], 0) == pytest.approx([1.0, 2.0])


def test_the_headline_says_when_too_few_blocks_leave_it_unclear(tmp_path: Path) -> None:
    drawn = headline.draw(data(tmp_path, factories.campaign(), {"sync": [4.0] * 3, "threading": [2.0] * 3}))
    assert drawn.title.endswith("threading is fastest, 2× sync (verdict: unclear)")


def test_the_headline_of_several_sizes_names_no_winner(tmp_path: Path) -> None:
    campaign = factories.campaign(sizes=[4, 8])
    drawn = headline.draw(data(tmp_path, campaign, {"sync": [4.0] * 3, "threading": [2.0] * 3}))
    assert drawn.title.endswith("every contender's runs")


def test_the_headline_does_not_claim_that_the_baseline_beats_itself(tmp_path: Path) -> None:
    drawn = headline.draw(data(tmp_path, factories.campaign(), {"sync": [4.0] * 3, "threading": [5.0] * 3}))
    assert drawn.title.endswith("none is faster than sync")


def test_the_headline_has_a_dot_for_every_run_and_a_row_for_every_contender(tmp_path: Path) -> None:
    campaign = factories.campaign(control="threading", article_s={"sync": 7.83, "threading": 10.41})
    times: factories.Times = {"sync": [4.0, 5.0, 6.0], "threading": [2.0, 2.5, "failed"], "control": [9.0] * 3}
    left, right = headline.draw(data(tmp_path, campaign, times)).figure.axes
    assert sorted(marks(left, 0)) == [2.0, 2.5, 4.0, 5.0, 6.0]
    assert [label.get_text() for label in left.get_yticklabels()] == ["sync", "threading\n2 workers"]
    assert left.get_ylim()[0] > left.get_ylim()[1]  # the first contender on top
    assert marks(right, 0) == pytest.approx([1.0, (4 + 4 + 5) / 3 / 2.0])
    assert marks(right, 1) == pytest.approx([1.0, 7.83 / 10.41])


def test_the_headline_of_cpu_bound_work_shows_the_machines_capacity_as_the_limit(tmp_path: Path) -> None:
    _, right = headline.draw(data(tmp_path, factories.campaign(), {"sync": [4.0] * 3, "threading": [2.0] * 3})).figure.axes
    limit = next(line for line in right.lines if "machine" in str(line.get_label()))
    assert list(np.asarray(limit.get_xdata())) == [1.5, 1.5]
    assert limit.get_label() == "machine: 1.5×"


def test_the_headline_of_a_sweep_shows_each_contenders_best(tmp_path: Path) -> None:
    drawn = headline.draw(data(tmp_path, factories.campaign(contenders=SWEEP), SWEPT))
    assert [label.get_text() for label in drawn.figure.axes[0].get_yticklabels()] == ["sync", "threading\n5 workers"]


def test_the_headline_of_nothing_says_so(tmp_path: Path) -> None:
    drawn = headline.draw(data(tmp_path, factories.campaign(), {"sync": ["failed"] * 3, "threading": ["missing"] * 3}))
    assert drawn.title.endswith("nothing measured")


def test_the_sweep_marks_the_optimum_and_says_what_is_as_good(tmp_path: Path) -> None:
    drawn = workers.draw(data(tmp_path, factories.campaign(contenders=SWEEP), SWEPT))
    assert drawn.title.endswith("threading with 5 to 10")
    assert "5: 3.1 s" in texts(drawn.figure)
    axes = drawn.figure.axes[0]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert axes.get_ylabel() == "makespan (s)"


def test_the_sweeps_ideal_ends_at_the_parallel_capacity(tmp_path: Path) -> None:
    axes = workers.draw(data(tmp_path, factories.campaign(contenders=SWEEP), SWEPT)).figure.axes[0]
    ideal = next(line for line in axes.lines if str(line.get_label()).startswith("ideal"))
    assert list(np.asarray(ideal.get_ydata())) == pytest.approx([10.0, 10 / 1.5, 10 / 1.5, 10 / 1.5])


def test_a_point_that_was_measured_apart_is_not_among_the_fastest(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(contenders=SWEEP), SWEPT)
    shown.comparisons.loc[shown.comparisons["workers_asked"] == "10", "warnings"] = "unpaired too-few-blocks"
    assert workers.draw(shown).title.endswith("threading with 5")


def test_a_swept_baseline_is_no_line_of_its_own(tmp_path: Path) -> None:
    own = {"threading": {"model": "threading", "workers": [2, 5, 10]}}
    campaign = factories.campaign(contenders=own, baseline="threading")
    shown = data(tmp_path, campaign, {name: times for name, times in SWEPT.items() if name != "sync"})
    axes = workers.draw(shown).figure.axes[0]
    assert sorted(str(line.get_label()) for line in axes.lines if not str(line.get_label()).startswith("_")) == [
        "ideal: shared by the machine's parallel capacity",
        "threading",
    ]


def test_a_sweep_in_which_no_number_of_workers_stands_out_says_so(tmp_path: Path) -> None:
    flat: factories.Times = {"sync": [10.0] * 3, "threading": [10.0, 11.0, 10.5]}
    drawn = workers.draw(data(tmp_path, factories.campaign(contenders=SWEEP), flat))
    assert drawn.title.endswith("threading alike with any")


def test_the_footnote_counts_the_runs_and_names_an_origin_out_of_control(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(), {"sync": [4.0, "failed", 4.0], "threading": [2.0] * 3})
    assert shown.footnote == "5 of 6 runs"
    shown.runs["origin_controlled"] = False
    assert "not under control" in shown.footnote


def test_the_headline_of_fewer_runs_than_best_of_has_the_medians(tmp_path: Path) -> None:
    drawn = headline.draw(
        data(tmp_path, factories.campaign(best_of=3, repetitions=2), {"sync": [4.0, 4.1], "threading": [2.0, 2.1]})
    )
    assert "2.05 s" in texts(drawn.figure)
