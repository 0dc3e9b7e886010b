"""Draw the figure headline from synthetic campaigns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from support import factories
from support.drawn import SWEEP, SWEPT, data, texts

from concbench.drawing.style import Drawing
from figures import headline, workers


def marks(axes: Axes, number: int) -> list[float]:
    """Where on the horizontal axis a panel's marks stand: those of its ``number``-th drawn collection."""
    return [float(x) for x in np.asarray(axes.collections[number].get_offsets())[:, 0]]


def said(drawn: Drawing) -> str:
    """The title, without its line breaks."""
    return " ".join(drawn.title.split())


def test_the_headline_says_who_is_fastest_by_how_much(tmp_path: Path) -> None:
    drawn = headline.draw(data(tmp_path, factories.campaign(repetitions=5), {"sync": [4.0] * 5, "threading": [2.0] * 5}))
    assert drawn.title == "cpu:\nfastest: threading, 2× as fast as sync"


def test_the_headline_has_the_paired_speed_up_with_its_confidence_interval(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0, 4.41, 4.13, 4.92, 4.27], "threading": [2.03, 2.51, 1.94, 2.22, 2.44]}
    shown = data(tmp_path, factories.campaign(5), times)
    row = shown.comparisons.set_index("contender").loc["threading"]
    assert round(row["best_of_n_speedup"], 2) != round(row["speedup"], 2)
    drawn = headline.draw(shown)
    assert said(drawn) == f"cpu: fastest: threading, {row['speedup']:.3g}× as fast as sync"
    right = drawn.figure.axes[1]
    assert marks(right, 0) == pytest.approx([1.0, row["speedup"]])
    intervals = right.collections[1]
    assert isinstance(intervals, LineCollection)
    (*_, ends) = intervals.get_segments()
    assert [x for x, _ in ends] == pytest.approx([row["speedup_low"], row["speedup_high"]])


def test_the_headline_names_the_fastest_though_some_runs_of_it_are_missing(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 3, "threading": [2.0, "interfered", 2.0]}
    drawn = headline.draw(data(tmp_path, factories.campaign(best_of=3), times))
    assert "shortest time: threading, 2× as fast as sync (inconclusive)" in said(drawn)
    assert drawn.figure.axes[1].get_xlabel() == "speed-up over sync\n(log scale)"
    assert marks(drawn.figure.axes[1], 0) == pytest.approx([1.0, 2.0])


def test_the_headline_says_when_too_few_blocks_leave_it_inconclusive(tmp_path: Path) -> None:
    drawn = headline.draw(data(tmp_path, factories.campaign(), {"sync": [4.0] * 3, "threading": [2.0] * 3}))
    assert said(drawn).endswith("shortest time: threading, 2× as fast as sync (inconclusive)")


def test_the_headline_of_several_sizes_names_no_winner(tmp_path: Path) -> None:
    campaign = factories.campaign(sizes=[4, 8])
    drawn = headline.draw(data(tmp_path, campaign, {"sync": [4.0] * 3, "threading": [2.0] * 3}))
    assert drawn.title.endswith("all contenders")


def test_the_headline_does_not_claim_that_the_baseline_beats_itself(tmp_path: Path) -> None:
    drawn = headline.draw(data(tmp_path, factories.campaign(), {"sync": [4.0] * 3, "threading": [5.0] * 3}))
    assert drawn.title.endswith("none is shown to be faster than sync")


def test_the_headline_has_a_dot_for_every_run_and_a_row_for_every_contender(tmp_path: Path) -> None:
    campaign = factories.campaign(control="threading", article_s={"sync": 7.83, "threading": 10.41})
    times: factories.Times = {"sync": [4.0, 5.0, 6.0], "threading": [2.0, 2.5, "failed"], "control": [9.0] * 3}
    left, right = headline.draw(data(tmp_path, campaign, times)).figure.axes
    assert sorted(marks(left, 0)) == [2.0, 2.5, 4.0, 5.0, 6.0]
    assert [label.get_text() for label in left.get_yticklabels()] == ["sync", "threading\n2 workers"]
    assert left.get_ylim()[0] > left.get_ylim()[1]  # the first contender on top
    assert marks(right, 0) == pytest.approx([1.0, 4 / 2.0])  # of the two blocks that both have
    assert marks(right, 1) == pytest.approx([1.0, 7.83 / 10.41])


def test_the_headline_of_cpu_bound_work_shows_the_machines_effective_parallelism_as_the_limit(tmp_path: Path) -> None:
    _, right = headline.draw(data(tmp_path, factories.campaign(), {"sync": [4.0] * 3, "threading": [2.0] * 3})).figure.axes
    limit = next(line for line in right.lines if "limit" in str(line.get_label()))
    assert list(np.asarray(limit.get_xdata())) == [1.5, 1.5]
    assert limit.get_label() == "measured limit: 1.5×"


def test_the_headline_of_a_sweep_shows_each_contenders_best(tmp_path: Path) -> None:
    drawn = headline.draw(data(tmp_path, factories.campaign(contenders=SWEEP), SWEPT))
    assert [label.get_text() for label in drawn.figure.axes[0].get_yticklabels()] == ["sync", "threading\n5 workers"]


def test_the_headline_of_nothing_says_so(tmp_path: Path) -> None:
    drawn = headline.draw(data(tmp_path, factories.campaign(), {"sync": ["failed"] * 3, "threading": ["missing"] * 3}))
    assert drawn.title.endswith("nothing measured")


def test_a_configuration_that_was_measured_apart_is_not_among_the_fastest(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(contenders=SWEEP), SWEPT)
    shown.comparisons.loc[shown.comparisons["workers_asked"] == "10", "paired"] = False
    assert workers.draw(shown).title.endswith("threading: of 2 to 5 workers, 5 had the shortest median")


def test_the_footnote_counts_the_runs_and_names_real_addresses(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(), {"sync": [4.0, "failed", 4.0], "threading": [2.0] * 3})
    assert shown.footnote == "5 of 6 runs count"
    shown.runs["server_controlled"] = False
    assert "real addresses" in shown.footnote


def test_the_headline_of_fewer_runs_than_best_of_has_the_medians(tmp_path: Path) -> None:
    drawn = headline.draw(
        data(tmp_path, factories.campaign(best_of=3, repetitions=2), {"sync": [4.0, 4.1], "threading": [2.0, 2.1]})
    )
    assert "2.05 s" in texts(drawn.figure)


def test_the_headline_counts_those_that_may_be_as_fast(tmp_path: Path) -> None:
    contenders = {**SWEEP, "asyncio": {"model": "asyncio", "workers": [2]}}
    times: factories.Times = {
        "sync": [4.0] * 5,
        "threading": [2.0, 2.1, 1.9, 2.0, 2.05],
        "asyncio": [2.05, 2.0, 2.0, 1.95, 2.1],
    }
    drawn = headline.draw(data(tmp_path, factories.campaign(5, contenders=contenders), times))
    assert said(drawn).endswith("× as fast as sync; 1 other may be as fast")
    assert "shortest time: " in said(drawn)
