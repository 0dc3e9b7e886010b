"""Find the best number of workers, and those that may be as good."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support import factories

from concbench.analysis.comparisons import compare
from concbench.analysis.optimum import as_fast, as_good, optimum, paired_configurations, swept, workers_in_words
from concbench.campaign.campaign import Campaign

SWEEP = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [2, 5, 10, 20]}}
NOISE = [0.98, 1.01, 1.0, 0.99, 1.02, 1.0]


def noisy(median: float, turn: int) -> list[float]:
    """Times around a median, each configuration's in another order."""
    return [median * factor for factor in [*NOISE[turn:], *NOISE[:turn]]]


@pytest.mark.parametrize(
    ("medians", "best", "alike"),
    [
        pytest.param((6.0, 3.0, 3.5, 4.0), 5, [5], id="one stands out"),
        pytest.param((6.0, 3.0, 3.0, 4.0), None, [5, 10], id="neighbours are as good"),
        pytest.param((3.0, 4.0, 3.001, 5.0), None, [2, 5, 10], id="as good, but not next to it"),
        pytest.param((6.0, 3.0, 3.12, 4.0), 5, [5, 10], id="slower by less than the margin"),
        pytest.param((3.003, 3.0, 4.0, 5.0), None, [2, 5], id="the first is as good"),
        pytest.param((6.0, 5.0, 4.0, 3.0), 20, [20], id="at the upper end"),
        pytest.param((3.0, 4.0, 5.0, 6.0), 2, [2], id="at the lower end"),
    ],
)
def test_as_good_reaches_from_the_fewest_to_the_most_that_may_be_the_best(
    tmp_path: Path, medians: tuple[float, ...], best: int | None, alike: list[int]
) -> None:
    campaign = factories.campaign(6, contenders=SWEEP)
    times = {f"threading/{n}": noisy(median, turn) for turn, (n, median) in enumerate(zip((2, 5, 10, 20), medians))}
    _, summary, comparisons = factories.tables(tmp_path, campaign, {"sync": [10.0] * 6, **times})
    configurations = paired_configurations(summary, comparisons)
    configurations = configurations[configurations["contender"] == "threading"]
    assert as_good(configurations, comparisons) == alike
    assert best in (None, int(optimum(configurations)["workers"]))


def test_as_fast_are_those_that_the_blocks_do_not_tell_from_the_first(tmp_path: Path) -> None:
    campaign = factories.campaign(6, contenders=SWEEP)
    times = {"threading/2": noisy(3.0, 1), "threading/5": noisy(3.6, 2), "threading/10": [2.0, 5.0, 3.0, 2.5, 4.0, 3.0]}
    times = {"sync": noisy(2.9, 0), **times, "threading/20": noisy(9.0, 3)}
    _, summary, comparisons = factories.tables(tmp_path, campaign, times)
    ordered = summary.sort_values("median_s").merge(comparisons, on="configuration", suffixes=("", "_of_comparison"))
    assert list(as_fast(ordered)["workers"]) == [2, 10]  # with 2 it is slower, but by less than the margin


def equals(contenders: int, workers: list[int]) -> Campaign:
    """Return a campaign of so many contenders beside sync, each with these numbers of workers."""
    one = {"model": "thread_pool", "workers": workers}
    return factories.campaign(6, contenders={"sync": {"model": "sync"}, **{f"c{i}": one for i in range(contenders)}})


def test_one_of_ten_equal_contenders_is_rarely_called_slower_than_the_first(tmp_path: Path) -> None:
    campaign, random, wrong = equals(9, [2]), np.random.default_rng(2), 0
    _, summary, _ = factories.tables(tmp_path, campaign, dict.fromkeys(("sync", *(f"c{i}" for i in range(9))), [1.0] * 6))
    runs = factories.runs_table(tmp_path, campaign, dict.fromkeys(("sync", *(f"c{i}" for i in range(9))), [1.0] * 6))
    for _ in range(60):
        runs["makespan_s"] = np.exp(random.normal(0, 0.1, len(runs)))
        medians = runs.groupby("configuration")["makespan_s"].median()
        rows = compare(campaign, runs, summary.assign(median_s=summary["configuration"].map(medians)))
        wrong += any(row.may_be_fastest is False for row in rows)
    assert wrong <= 8  # of 60, at a chance of 5 %: more in 0.4 % of simulations


def test_a_contender_measured_apart_may_be_as_fast(tmp_path: Path) -> None:
    campaign = factories.campaign(6, contenders=SWEEP)
    medians = {2: 3.0, 5: 6.0, 10: 9.0, 20: 9.0}
    times = {f"threading/{n}": noisy(median, turn) for turn, (n, median) in enumerate(medians.items())}
    runs, summary, _ = factories.tables(tmp_path, campaign, {"sync": noisy(10.0, 4), **times})
    runs.loc[runs["workers"] == 5, "invocation"] = "another day"
    found = {row.workers_asked: row.may_be_fastest for row in compare(campaign, runs, summary) if row.contender == "threading"}
    assert found == {"2": True, "5": True, "10": False, "20": False}


def test_swept_are_the_contenders_of_several_numbers_of_workers() -> None:
    assert swept(factories.campaign(contenders=SWEEP).experiments["cpu"]) == ["threading"]


def test_two_names_of_one_number_of_workers_are_one_number(tmp_path: Path) -> None:
    contenders = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [2, "all", 5]}}
    campaign = factories.campaign(6, contenders=contenders, sizes=[2])
    times = {f"threading/{workers}": noisy(3.0, turn) for turn, workers in enumerate((2, "all"))}
    _, summary, comparisons = factories.tables(tmp_path, campaign, {"sync": [10.0] * 6, **times, "threading/5": noisy(4.0, 2)})
    configurations = summary[summary["contender"] == "threading"]
    assert as_good(configurations, comparisons) == [2]
    said = "threading: 2 workers are fastest; more are slower"
    assert workers_in_words("threading", configurations, comparisons) == said
    two = configurations[configurations["workers"] == 2]
    assert workers_in_words("threading", two, comparisons) == "threading: only 2 workers measured"
