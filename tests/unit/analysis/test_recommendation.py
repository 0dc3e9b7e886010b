"""Choose the simplest of those that are as fast as the best."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import factories
from support.own_work import own_data, steady

from concbench.analysis.recommendation import Reason, Recommendation, recommendations

THREADS = {"threads/2": 2.2, "threads/4": 1.0, "threads/8": 1.02}  # seconds


def recommended(folder: Path, medians: dict[str, float], **experiment: Any) -> Recommendation:
    """Recommend, given the medians of contenders with almost no noise."""
    (found,) = recommendations(own_data(folder, {name: steady(median) for name, median in medians.items()}, **experiment))
    return found


def chosen(found: Recommendation) -> tuple[str, int]:
    assert found.chosen is not None
    return str(found.chosen["contender"]), int(found.chosen["workers"])


@pytest.mark.parametrize(
    ("medians", "contender", "workers"),
    [
        ({"sync": 4.0, **THREADS, "processes": 0.98}, "threads", 4),  # processes gain less than 5 % more
        ({"sync": 4.0, **THREADS, "processes": 0.90}, "processes", 2),
        ({"sync": 4.0, "threads/2": 1.03, "threads/4": 1.0, "threads/8": 1.0, "processes": 2.0}, "threads", 2),
        ({"sync": 4.0, "threads/2": 1.08, "threads/4": 1.0, "threads/8": 1.0, "processes": 2.0}, "threads", 4),
    ],
)
def test_the_simplest_within_the_margin_of_the_best_is_chosen(
    tmp_path: Path, medians: dict[str, float], contender: str, workers: int
) -> None:
    found = recommended(tmp_path, medians)
    assert (found.reason, chosen(found)) == (Reason.FASTER, (contender, workers))


def test_a_gain_below_the_margin_is_not_worth_a_pool(tmp_path: Path) -> None:
    medians = {"sync": 4.0, "threads/2": 3.95, "threads/4": 3.9, "processes": 5.0}
    times = {name: steady(median) for name, median in medians.items()}
    (found,) = recommendations(own_data(tmp_path, {**times, "threads/8": steady(3.84, noise=10)}))  # 1.02 to 1.06 times as fast
    assert (found.reason, chosen(found)) == (Reason.LITTLE_GAIN, ("sync", 1))
    assert found.best is not None
    assert found.best["workers"] == 8


def test_where_nothing_is_faster_the_plain_loop_is_chosen(tmp_path: Path) -> None:
    found = recommended(tmp_path, {"sync": 4.0, "threads/2": 4.3, "threads/4": 4.5, "threads/8": 5.0, "processes": 5.0})
    assert (found.reason, chosen(found)) == (Reason.NOTHING_FASTER, ("sync", 1))
    assert found.undecided == ()


def test_what_is_inconclusive_is_not_recommended_but_named(tmp_path: Path) -> None:
    times: factories.Times = {
        "sync": steady(4.0),
        "threads/2": steady(4.2),
        "threads/4": steady(4.2),
        "threads/8": [2.0, 6.0, 2.1, 6.1, 2.2, 6.2, 2.3],
        "processes": steady(5.0),
    }
    (found,) = recommendations(own_data(tmp_path, times))
    assert (found.reason, chosen(found)) == (Reason.NOTHING_FASTER, ("sync", 1))
    assert [row["workers"] for row in found.undecided] == [8]


def test_others_are_shown_to_be_as_fast_or_undecided(tmp_path: Path) -> None:
    times: factories.Times = {
        "sync": steady(4.0),
        "threads/2": steady(2.0),
        "threads/4": steady(1.0),
        "threads/8": steady(1.01),
        "processes": [0.9, 1.5, 0.95, 1.6, 0.9, 1.4, 1.5],
    }
    (found,) = recommendations(own_data(tmp_path, times))
    assert chosen(found) == ("threads", 4)
    assert [row["workers"] for row in found.as_fast] == [8]
    assert [row["contender"] for row in found.undecided] == ["processes"]


@pytest.mark.parametrize(
    ("workers", "low", "high", "is_named"),
    [
        (8, 0.94, 1.2, True),  # may be faster by more than the margin, since 1/1.05 is 0.952
        (8, 0.96, 1.2, False),  # may be faster by less, and takes more threads
        (2, 0.96, 1.2, True),  # may be as fast, with fewer threads
        (2, 1.06, 1.2, False),
    ],
)
def test_only_what_may_have_to_be_recommended_instead_is_undecided(
    workers: int, low: float, high: float, is_named: bool, tmp_path: Path
) -> None:
    medians = {"sync": 4.0, "threads/2": 1.2, "threads/4": 1.0, "threads/8": 1.2, "processes": 3.0}
    data = own_data(tmp_path, {name: steady(median) for name, median in medians.items()})
    row = data.comparisons["configuration"] == f"cpu-threads-w{workers}-n100-default"
    data.comparisons.loc[row, ["vs_fastest_low", "vs_fastest_high", "may_be_fastest"]] = [low, high, True]
    (found,) = recommendations(data)
    assert chosen(found) == ("threads", 4)
    assert [one["workers"] for one in found.undecided] == ([workers] if is_named else [])


def test_the_one_with_the_shortest_median_is_undecided_while_it_may_be_faster_by_more_than_the_margin(tmp_path: Path) -> None:
    medians = {"sync": 4.0, "threads/2": 1.03, "threads/4": 1.0, "threads/8": 1.2, "processes": 3.0}
    data = own_data(tmp_path, {name: steady(median) for name, median in medians.items()})
    row = data.comparisons["configuration"] == "cpu-threads-w2-n100-default"
    for high, undecided in ((1.04, []), (1.06, [4])):
        data.comparisons.loc[row, "vs_fastest_high"] = high
        (found,) = recommendations(data)
        assert chosen(found) == ("threads", 2)
        assert [one["workers"] for one in found.undecided] == undecided


def test_models_rank_from_a_loop_over_threads_and_asyncio_to_processes(tmp_path: Path) -> None:
    workers = {"workers": [2]}
    order = ["thread_pool", "asyncio_to_thread", "asyncio", "process_pool_executor", "process_event_loops", "trio"]
    for place in range(len(order)):
        contenders = {"sync": {"model": "sync"}, **{name: {"model": name, **workers} for name in reversed(order[place:])}}
        found = recommended(
            tmp_path,
            {"sync": 4.0, **dict.fromkeys(order, 1.0)},
            contenders=contenders,
            options={"file": "tests/own_work/squares_async.py"},
        )
        assert chosen(found)[0] == order[place]


def test_an_option_is_more_to_ask_than_none(tmp_path: Path) -> None:
    pool = {"model": "process_pool_executor", "workers": [2]}
    contenders = {"sync": {"model": "sync"}, "chunks": {**pool, "chunk_size": 50}, "plain": pool}
    assert chosen(recommended(tmp_path, {"sync": 4.0, "chunks": 1.0, "plain": 1.02}, contenders=contenders))[0] == "plain"
    assert chosen(recommended(tmp_path, {"sync": 4.0, "chunks": 1.0, "plain": 1.2}, contenders=contenders))[0] == "chunks"


def test_the_largest_size_decides_and_the_others_say_from_where_on(tmp_path: Path) -> None:
    medians = {"sync": 4.0, **THREADS, "processes": 3.0}
    found = recommended(tmp_path, medians, sizes=[10, 100])
    assert found.condition.size == 100
    assert found.by_size is not None
    assert sorted(found.by_size["size"]) == [10, 100]
    assert set(found.by_size["workers"]) == {4}


def test_too_few_blocks_recommend_nothing(tmp_path: Path) -> None:
    times = {name: [*steady(median)[:3], *["missing"] * 4] for name, median in {"sync": 4.0, **THREADS, "processes": 3}.items()}
    (found,) = recommendations(own_data(tmp_path, times))
    assert (found.reason, found.chosen, found.blocks) == (Reason.TOO_FEW_BLOCKS, None, 3)


def test_without_a_baseline_nothing_is_recommended(tmp_path: Path) -> None:
    times = {name: steady(median) for name, median in {**THREADS, "processes": 3.0}.items()}
    (found,) = recommendations(own_data(tmp_path, {**times, "sync": ["failed"] * 7}))
    assert (found.reason, found.chosen) == (Reason.NO_BASELINE, None)


def test_a_swept_baseline_counts_by_its_first_number_of_workers_alone(tmp_path: Path) -> None:
    """All comparisons are with that one, of which no run counts here."""
    times: factories.Times = {
        "sync": steady(4.0),
        "threads/2": ["failed"] * 7,
        "threads/4": steady(2.0),
        "threads/8": steady(2.0),
    }
    (found,) = recommendations(own_data(tmp_path, {**times, "processes": steady(1.0)}, baseline="threads"))
    assert found.reason == Reason.NO_BASELINE


def test_contenders_whose_runs_do_not_count_are_named(tmp_path: Path) -> None:
    times: factories.Times = {
        "sync": steady(4.0),
        **{name: steady(one) for name, one in THREADS.items()},
        "processes": ["failed"] * 7,
    }
    (found,) = recommendations(own_data(tmp_path, times))
    assert chosen(found) == ("threads", 4)
    assert [row["contender"] for row in found.lost] == ["processes"]
