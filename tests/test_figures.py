"""Figures, tested for what they show: marks, labels, order, values."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from support import factories
from support.factories import synthetic

from concbench.analysis.dataset import FigureData
from concbench.campaign import plugins
from concbench.campaign.campaign import Campaign
from concbench.campaign.reader import campaign_of
from concbench.drawing import style
from concbench.drawing.files import save
from concbench.drawing.style import Drawing, colours
from concbench.drawing.svg import SVG
from concbench.records.rows import TABLES
from figures import claims, closeup, crossover, drift, headline, interpreters, resources, scaling, timing, workers

SWEEP = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [2, 5, 10]}}
SWEPT: factories.Times = {
    "sync": [10.0, 10.0, 10.0],
    "threading/2": [6.0, 6.2, 6.1],
    "threading/5": [3.0, 3.1, 3.2],
    "threading/10": [3.1, 3.3, 3.0],
}


def data(folder: Path, campaign: Campaign, times: factories.Times) -> FigureData:
    return synthetic(folder, campaign, times).experiment("cpu")


def texts(figure: Figure) -> list[str]:
    """All that is written in a figure's panels."""
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def marks(axes: Axes, number: int) -> list[float]:
    """Where on the horizontal axis a panel's marks stand: those of its ``number``-th drawn collection."""
    return [float(x) for x in np.asarray(axes.collections[number].get_offsets())[:, 0]]


@pytest.fixture(autouse=True)
def as_in_the_pipeline() -> None:
    pyplot.close("all")
    style.apply()


def test_the_headline_says_who_is_fastest_by_how_much(tmp_path: Path) -> None:
    drawn = headline.draw(data(tmp_path, factories.campaign(repetitions=5), {"sync": [4.0] * 5, "threading": [2.0] * 5}))
    assert drawn.title == "cpu, 4 × sum_squares:\nthreading is fastest, 2× sync"


def test_the_headline_names_the_fastest_though_some_runs_of_it_are_missing(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 3, "threading": [2.0, "interfered", 2.0]}
    drawn = headline.draw(data(tmp_path, factories.campaign(best_of=3), times))
    assert "threading is fastest, 2× sync" in drawn.title
    assert drawn.figure.axes[1].get_xlabel() == "times faster than sync\n(medians)"
    assert marks(drawn.figure.axes[1], 0) == pytest.approx([1.0, 2.0])


def test_the_headline_says_when_too_few_blocks_leave_it_inconclusive(tmp_path: Path) -> None:
    drawn = headline.draw(data(tmp_path, factories.campaign(), {"sync": [4.0] * 3, "threading": [2.0] * 3}))
    assert drawn.title.endswith("threading is fastest, 2× sync (verdict: inconclusive)")


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


def test_the_headline_of_cpu_bound_work_shows_the_machines_effective_parallelism_as_the_limit(tmp_path: Path) -> None:
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


def test_the_sweeps_lower_bound_ends_at_the_effective_parallelism(tmp_path: Path) -> None:
    axes = workers.draw(data(tmp_path, factories.campaign(contenders=SWEEP), SWEPT)).figure.axes[0]
    lower_bound = next(line for line in axes.lines if str(line.get_label()).startswith("lower bound"))
    assert list(np.asarray(lower_bound.get_ydata())) == pytest.approx([10.0, 10 / 1.5, 10 / 1.5, 10 / 1.5])


def test_a_configuration_that_was_measured_apart_is_not_among_the_fastest(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(contenders=SWEEP), SWEPT)
    shown.comparisons.loc[shown.comparisons["workers_asked"] == "10", "warnings"] = "unpaired too-few-blocks"
    assert workers.draw(shown).title.endswith("threading with 5")


def test_a_swept_baseline_is_no_line_of_its_own(tmp_path: Path) -> None:
    own = {"threading": {"model": "thread_pool", "workers": [2, 5, 10]}}
    campaign = factories.campaign(contenders=own, baseline="threading")
    shown = data(tmp_path, campaign, {name: times for name, times in SWEPT.items() if name != "sync"})
    axes = workers.draw(shown).figure.axes[0]
    assert sorted(str(line.get_label()) for line in axes.lines if not str(line.get_label()).startswith("_")) == [
        "lower bound: shared by the machine's effective parallelism",
        "threading",
    ]


def test_a_sweep_in_which_no_number_of_workers_stands_out_says_so(tmp_path: Path) -> None:
    flat: factories.Times = {"sync": [10.0] * 3, "threading": [10.0, 11.0, 10.5]}
    drawn = workers.draw(data(tmp_path, factories.campaign(contenders=SWEEP), flat))
    assert drawn.title.endswith("threading alike with any")


def test_the_footnote_counts_the_runs_and_names_an_server_out_of_control(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(), {"sync": [4.0, "failed", 4.0], "threading": [2.0] * 3})
    assert shown.footnote == "5 of 6 runs"
    shown.runs["server_controlled"] = False
    assert "not under control" in shown.footnote


def test_the_headline_of_fewer_runs_than_best_of_has_the_medians(tmp_path: Path) -> None:
    drawn = headline.draw(
        data(tmp_path, factories.campaign(best_of=3, repetitions=2), {"sync": [4.0, 4.1], "threading": [2.0, 2.1]})
    )
    assert "2.05 s" in texts(drawn.figure)


def boxes(axes: Axes) -> list[tuple[float, float, float, float]]:
    """The boxes of a diagram's rows: start, end, and the shares of the row's height that they reach from and to."""
    found = []
    for path in axes.collections[0].get_paths():
        across, down = np.asarray(path.vertices)[:4].T
        found.append((float(across.min()), float(across.max()), float(down.min()), float(down.max())))
    return found


def test_timing_diagrams_have_a_lane_for_each_worker_and_the_set_up_before_them(tmp_path: Path) -> None:
    drawn = timing.draw(data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3}))
    assert drawn.title == "cpu, 4 × sum_squares, what ran when:\nfrom 10 s (sync) to 5 s (threading, 2 workers)"
    sync, under, threading, _ = drawn.figure.axes
    assert [axes.get_title("left") for axes in (sync, threading)] == [
        "sync: 10 s; 1 thread",
        "threading, 2 workers: 5 s; 2 threads",
    ]
    assert len(boxes(sync)) == 8  # four items, half of each working
    assert len(boxes(threading)) == 8
    assert {round(low + high) // 2 for _, _, low, high in boxes(threading)} == {0, 1}
    assert min(start for start, *_ in boxes(threading)) == pytest.approx(0.5)
    assert max(end for _, end, *_ in boxes(threading)) == pytest.approx(4.5)
    assert under.get_ylabel() == "cores\nin use"


def test_timing_diagrams_share_one_time_scale_and_closeups_have_their_own(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3})
    ends = [[axes.get_xlim()[1] for axes in draw(shown).figure.axes[::2]] for draw in (timing.draw, closeup.draw)]
    assert ends[0] == pytest.approx([10.04, 10.04])
    assert ends[1] == pytest.approx([10.04, 5.02])


def test_of_many_lanes_some_are_shown_and_that_is_said(tmp_path: Path) -> None:
    contenders = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [160]}}
    campaign = factories.campaign(sizes=[160], contenders=contenders)
    drawn = timing.draw(data(tmp_path, campaign, {"sync": [10.0] * 3, "threading": [5.0] * 3}))
    assert drawn.figure.axes[2].get_title("left") == "threading, 160 workers: 5 s; 24 of 160 threads shown, evenly taken"
    assert len(boxes(drawn.figure.axes[2])) == 2 * 24
    assert "24 of 160 threads shown" in drawn.description


def test_timing_diagrams_describe_what_the_lanes_did(tmp_path: Path) -> None:
    drawn = timing.draw(data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3}))
    assert "sync: 10 s; 1 thread; of the rows' time: working (CPU time of its own) 40%, queueing" in drawn.description


def test_resources_are_the_medians_with_the_lanes_of_a_typical_run(tmp_path: Path) -> None:
    drawn = resources.draw(data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3}))
    rows, cpu, memory, switches = drawn.figure.axes
    assert [text.get_text() for text in rows.texts] == ["10 s", "5 s"]
    assert [text.get_text() for text in cpu.texts] == ["1 s", "1 s"]
    assert [text.get_text() for text in memory.texts] == ["20 MB", "20 MB"]
    assert [text.get_text() for text in switches.texts] == ["40", "40"]
    assert "set-up, tear-down 2 s, working 4 s, queueing 4 s" in drawn.description


def test_resources_that_are_not_known_are_not_nothing(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3})
    shown.runs["peak_memory_bytes"] = float("nan")
    assert [text.get_text() for text in resources.draw(shown).figure.axes[2].texts] == ["unknown", "unknown"]


def test_scaling_stands_beside_what_the_machine_can_do(tmp_path: Path) -> None:
    steady: factories.Times = {name: [times[1]] * 5 for name, times in SWEPT.items()}
    drawn = scaling.draw(data(tmp_path, factories.campaign(5, contenders=SWEEP), steady))
    axes = drawn.figure.axes[0]
    assert drawn.title == "cpu, 4 × sum_squares: at most 3.2× sync\nby threading with 5 workers"  # more than the machine has
    limits = {str(line.get_label()): max(np.asarray(line.get_ydata())) for line in axes.lines}
    assert limits["the machine's effective parallelism, 1.5×"] == pytest.approx(1.5)
    assert limits["4 CPUs, if each were a whole one"] == pytest.approx(4.0)


def test_drift_shows_each_run_beside_its_configurations_median_in_the_order_of_the_campaign(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0, 4.0, 5.0], "threading": [2.0, 2.0, 3.0]}
    drawn = drift.draw(factories.synthetic(tmp_path, factories.campaign(), times))
    dots = np.asarray(drawn.figure.axes[0].collections[0].get_offsets())
    assert sorted(dots[:, 0]) == [1, 2, 3, 4, 5, 6]
    assert sorted(dots[:, 1]) == pytest.approx([1, 1, 1, 1, 1.25, 1.5])
    assert "within 37.5% of their configuration's median" in drawn.title


def test_claims_have_a_tile_each_and_their_figures_beside_the_articles(tmp_path: Path) -> None:
    rows = [
        factories.claim("1", "reproduced", article=3.0, measured=3.3, low=3.0, high=3.6),
        factories.claim("2a", "contradicted", article=5.0, measured=50.0, low=45.0, high=55.0),
        factories.claim("3", "inconclusive"),
    ]
    campaign = factories.campaign()
    drawn = claims.draw(factories.synthetic(tmp_path, campaign, {"sync": [4.0] * 3, "threading": [2.0] * 3}, rows))
    tiles, ratios = drawn.figure.axes
    assert drawn.title == "synthetic, the claims at a glance:\n1 reproduced, 1 contradicted, 1 inconclusive"
    assert sorted(text.get_text() for text in tiles.texts) == ["1\n✓", "2a\n✗", "3\n?"]
    assert [label.get_text() for label in ratios.get_yticklabels()] == ["1 ✓", "2a ✗"]
    shown = ratios.collections[-1].get_offsets()
    assert [float(x) for x in np.asarray(shown)[:, 0]] == pytest.approx([1.1, 10.0])


ODD = 'mäßig <script>alert(1)</script> & "quoted" $x^2$'


def test_marks_show_their_values_under_the_pointer_and_odd_names_stay_text(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(), {"sync": [4.0, 4.5, 5.0], "threading": [2.0] * 3})
    odd = ODD
    for table in (shown.runs, shown.summary, shown.comparisons):
        table["contender"] = table["contender"].astype("string").str.replace("threading", odd, regex=False)
    contenders = {name.replace("threading", odd): one for name, one in shown.experiment.contenders.items()}
    shown = replace(shown, experiment=replace(shown.experiment, contenders=contenders))
    path = tmp_path / "made.svg"
    save(headline.draw(shown), path)
    root = ElementTree.parse(path).getroot()
    said = [title.text or "" for title in root.iter(f"{{{SVG}}}title")]
    assert said[0] == f"cpu, 4 × sum_squares: {odd} is fastest, 2.1× sync (verdict: inconclusive)"
    assert "sync, block 2: 4.5 s" in said
    assert f"{odd}, 2 workers: median 2 s, 2.24 [2, 2.5] times as fast as sync (inconclusive)" in said
    assert not list(root.iter(f"{{{SVG}}}script"))
    assert "<script>alert(1)" in "".join("".join(text.itertext()) for text in root.iter(f"{{{SVG}}}text"))
    assert not list(root.iter(f"{{{SVG}}}a"))


@pytest.mark.parametrize("figure", [headline, workers, timing, closeup, resources, scaling])
def test_of_an_experiment_of_which_nothing_counts_figures_say_so(tmp_path: Path, figure: ModuleType) -> None:
    nothing: factories.Times = {"sync": ["failed"] * 3, "threading": ["missing"] * 3}
    drawn = figure.draw(data(tmp_path, factories.campaign(contenders=SWEEP), nothing))
    assert "nothing measured" in drawn.title or "no run to show" in drawn.title or figure is closeup
    save(drawn, tmp_path / "made.png")


@pytest.mark.parametrize("figure", [drift])
def test_of_a_campaign_of_which_nothing_counts_figures_say_so(tmp_path: Path, figure: ModuleType) -> None:
    nothing: factories.Times = {"sync": ["failed"] * 3, "threading": ["missing"] * 3}
    assert figure.draw(factories.synthetic(tmp_path, factories.campaign(), nothing)).title == "synthetic: nothing measured"


def test_every_figure_says_what_it_is_drawn_from_and_for() -> None:
    for name in plugins.names("figures"):
        figure = plugins.figure(name)
        assert figure.about
        assert set(figure.tables) <= set(TABLES)


def test_more_contenders_than_the_palette_has_get_colours_of_their_own() -> None:
    many = {f"c{n}": {"model": "thread_pool", "workers": [2]} for n in range(14)}
    experiment = factories.campaign(contenders=many, baseline="c0").experiments["cpu"]
    assert len(set(colours(experiment).values())) == 14


def mixed(folder: Path, times: factories.Times, blocks: int = 5) -> Drawing:
    contenders = {
        "sync": {"model": "sync"},
        "threading": {"model": "thread_pool", "workers": [2]},
        "asyncio": {"model": "asyncio", "workers": [2]},
    }
    config = factories.config(blocks)
    latencies = {"near": 0.1, "far": 0.4}
    latencies = {"near": 0.1, "far": 0.4}
    config["servers"] = {name: {"sites": {"one": {"bytes": 10, "latency_s": s}}} for name, s in latencies.items()}
    own = {"workload": "download_and_sum", "sizes": [4], "servers": ["near", "far"], "baseline": "sync"}
    config["experiments"] = {name: {**own, "contenders": contenders} for name in ("light", "heavy")}
    return crossover.draw(factories.synthetic(folder, campaign_of(config), times))


def test_the_crossover_map_names_who_wins_and_by_how_much(tmp_path: Path) -> None:
    drawn = mixed(tmp_path, {"sync": [4.0] * 5, "threading": [3.0] * 5, "asyncio": [2.0] * 5})
    assert drawn.title == "synthetic, latency and work per item, 4 places:\nasyncio wins in 4; no one in 0"
    assert set(texts(drawn.figure)) == {"asyncio\n1.5× the next"}
    assert [label.get_text() for label in drawn.figure.axes[0].get_xticklabels()] == ["0.1 s", "0.4 s"]
    assert "at 0.4 s of latency and 0.4 s of work asyncio by 1.5×" in drawn.description


def test_where_contenders_cannot_be_told_apart_no_one_wins(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 5, "threading": [2.0, 2.1, 2.2, 1.9, 2.0], "asyncio": [2.1, 2.0, 2.1, 2.0, 1.9]}
    drawn = mixed(tmp_path, times)
    assert drawn.title.endswith("so far no one wins in any of 4 places")
    assert "threading" in texts(drawn.figure)[0]
    assert "asyncio" in texts(drawn.figure)[0]


def test_too_few_blocks_make_nobody_a_winner(tmp_path: Path) -> None:
    drawn = mixed(tmp_path, {"sync": [4.0] * 3, "threading": [3.0] * 3, "asyncio": [2.0] * 3}, blocks=3)
    assert drawn.title.endswith("so far no one wins in any of 4 places")
    assert set(texts(drawn.figure)) == {"asyncio\ntoo few blocks"}


def test_who_was_not_measured_may_have_won(tmp_path: Path) -> None:
    drawn = mixed(tmp_path, {"sync": [4.0] * 5, "threading": [3.0] * 5, "asyncio": ["server-bound"] * 5})
    assert set(texts(drawn.figure)) == {"threading or\nasyncio?"}


def test_the_headline_says_how_many_cannot_be_told_from_the_fastest(tmp_path: Path) -> None:
    contenders = {**SWEEP, "asyncio": {"model": "asyncio", "workers": [2]}}
    times: factories.Times = {
        "sync": [4.0] * 5,
        "threading": [2.0, 2.1, 1.9, 2.0, 2.05],
        "asyncio": [2.05, 2.0, 2.0, 1.95, 2.1],
    }
    drawn = headline.draw(data(tmp_path, factories.campaign(5, contenders=contenders), times))
    assert drawn.title.endswith("× sync; 1 can't be told from it")


def test_interpreters_are_set_beside_the_first_with_what_is_open_left_hollow(tmp_path: Path) -> None:
    drawn = interpreters.draw(synthetic(tmp_path, factories.on_two_interpreters(5), factories.ON_TWO))
    assert drawn.title.splitlines() == [
        "synthetic, as fast as on default:",
        "at best 2× (threading of cpu on new),",
        "at worst 0.5× (sync of cpu on new)",
    ]
    assert drawn.figure.axes[0].get_legend_handles_labels()[1] == ["new"]
    assert "threading, 2 workers: on new 2 [2, 2] times as fast as on default (faster)" in drawn.description


def test_interpreters_with_too_few_blocks_cannot_be_told_apart(tmp_path: Path) -> None:
    times = {name: values[:2] for name, values in factories.ON_TWO.items()}
    drawn = interpreters.draw(synthetic(tmp_path, factories.on_two_interpreters(2), times))
    assert drawn.title == "synthetic: no interpreter can be told from default\nyet in any of 2 comparisons"


def test_scaling_names_the_machines_effective_parallelism_where_no_more_was_reached(tmp_path: Path) -> None:
    slow: factories.Times = {"sync": [10.0] * 5, "threading": [8.0] * 5}
    drawn = scaling.draw(data(tmp_path, factories.campaign(5, contenders=SWEEP), slow))
    assert drawn.title.endswith("× sync\nby threading with 10 workers, of the 1.5× that the machine has")
