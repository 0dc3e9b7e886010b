"""Test the comparison of recommendations with a sweep, on campaigns with known times."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support import factories

from concbench.analysis.dataset import CampaignData
from concbench.campaign.campaign_reader import campaign_of
from dev.check_numbers import table_rows
from dev.check_recommendations import ALL, Setup, outcome
from dev.recommendation_outcome import Outcome, is_enough, outcomes_table

BLOCKS = [0.99, 1.0, 1.02, 0.98, 1.01, 1.0, 1.03]  # how long everything takes in each of 7 blocks, as a factor
PROCESSES: dict[str, Any] = {"model": "process_pool_executor", "workers": [2], "chunk_size": 50}


def measured(folder: Path, size: int, contenders: dict[str, dict[str, Any]], times: dict[str, float]) -> CampaignData:
    """Return the tables of a campaign with the example ``hash_files``, whose contenders take these times."""
    folder.mkdir()
    experiment = {
        "workload": "own",
        "options": {"file": "examples/hash_files.py"},
        "sizes": [size],
        "baseline": "sync",
        "contenders": {"sync": {"model": "sync"}, **contenders},
    }
    config = {"campaign": folder.name, "repetitions": len(BLOCKS), "experiments": {"hash_files": experiment}}
    values = {name: [seconds * factor for factor in BLOCKS] for name, seconds in times.items()}
    return factories.synthetic(folder, campaign_of(config), values)


@pytest.fixture
def sweep(tmp_path: Path) -> CampaignData:
    """Return a sweep whose fastest are 4 threads."""
    contenders = {
        "threads": {"model": "thread_pool", "workers": [2, 4, 16]},
        "tasks": {"model": "asyncio_to_thread", "workers": [2]},
        "processes": {**PROCESSES, "chunk_size": 100},
    }
    times = {"sync": 4.0, "threads/2": 2.2, "threads/4": 2.0, "threads/16": 2.4, "tasks": 2.1, "processes": 2.1}
    return measured(tmp_path / "sweep", 100, contenders, times)


def own(folder: Path, contenders: dict[str, dict[str, Any]], **times: float) -> CampaignData:
    return measured(folder / "own", 50, contenders, {"sync": 2.0, **times})


def threads(workers: int) -> dict[str, dict[str, Any]]:
    return {"threads": {"model": "thread_pool", "workers": [workers]}}


def test_the_fastest_of_the_sweep_takes_as_long_as_itself(sweep: CampaignData, tmp_path: Path) -> None:
    found = outcome("hash_files", own(tmp_path, threads(4), threads=1.0), sweep)
    assert (found.recommended, found.in_sweep, found.fastest) == ("thread_pool, 4",) * 3
    assert found.ratio == pytest.approx(1)
    assert found.is_near


def test_the_ratio_is_that_of_the_recommended_setup_in_the_sweep(sweep: CampaignData, tmp_path: Path) -> None:
    found = outcome("hash_files", own(tmp_path, threads(16), threads=1.0), sweep, answered_s=80)
    assert (found.in_sweep, found.fastest, found.answered_s) == ("thread_pool, 16", "thread_pool, 4", 80)
    assert found.ratio == pytest.approx(1.2)  # 2.4 s ÷ 2.0 s
    assert not found.is_near
    assert "| 1.2, **missed** | 80 | – |" in outcomes_table([found])  # no ratio differs between blocks


def test_the_nearest_number_of_workers_stands_for_one_that_was_not_swept(sweep: CampaignData, tmp_path: Path) -> None:
    found = outcome("hash_files", own(tmp_path, threads(3), threads=1.0), sweep)
    assert (found.recommended, found.in_sweep) == ("thread_pool, 3", "thread_pool, 4")  # 4 ÷ 3 is less than 3 ÷ 2
    assert found.ratio == pytest.approx(1)


@pytest.mark.parametrize("contenders", [threads(8), {"processes": PROCESSES}], ids=["workers", "chunk"])
def test_what_is_unlike_anything_in_the_sweep_misses(
    contenders: dict[str, dict[str, Any]], sweep: CampaignData, tmp_path: Path
) -> None:
    (name,) = contenders
    found = outcome("hash_files", own(tmp_path, contenders, **{name: 1.0}), sweep)
    assert (found.in_sweep, found.ratio, found.is_near) == ("nothing like it", None, False)


def test_the_plain_loop_is_compared_where_nothing_is_faster(sweep: CampaignData, tmp_path: Path) -> None:
    found = outcome("hash_files", own(tmp_path, threads(4), threads=2.5), sweep)
    assert (found.recommended, found.in_sweep) == ("sync", "sync")
    assert found.ratio == pytest.approx(2)  # 4.0 s ÷ 2.0 s


def test_setups_of_other_models_or_options_are_never_near() -> None:
    one = Setup("thread_pool", frozenset(), 4, 1)
    assert one.distance(one) == 1
    assert one.distance(Setup("asyncio_to_thread", frozenset(), 4, 1)) == math.inf
    assert one.distance(Setup("thread_pool", frozenset({("numeric_threads", 1)}), 4, 1)) == math.inf
    assert one.distance(Setup("thread_pool", frozenset(), ALL, 1)) == math.inf
    assert str(Setup("thread_pool", frozenset({("numeric_threads", 1)}), ALL, 5)) == (
        "thread_pool, all, numeric_threads 1, chunk_size 5"
    )


def test_a_kept_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = [
        Outcome("a", "sync", "sync", "sync", 1.0, 0.9, 1.1, 80.0, 1.02, 0.99, 1.04),
        Outcome("b", "nothing", "", "sync"),
    ]
    pd.DataFrame(written).to_csv(tmp_path / "table.csv", index=False)
    assert list(map(Outcome.of, table_rows(tmp_path / "table.csv"))) == written


def test_one_example_in_ten_may_miss() -> None:
    near, far = Outcome("a", "", "", "", 1.1), Outcome("b", "", "", "", 1.11)
    assert is_enough([near] * 10 + [far])
    assert is_enough([near] * 9 + [far])
    assert not is_enough([near] * 8 + [far])
    assert not is_enough([near] * 9 + [far] * 2)


def test_an_answer_that_took_too_long_misses() -> None:
    assert is_enough([Outcome("a", "", "", "", 1.0, answered_s=120)])
    assert not is_enough([Outcome("a", "", "", "", 1.0, answered_s=121)])


@pytest.mark.parametrize(
    ("ratio", "low", "high", "keeps"),
    [
        (1.05, 1.02, 1.08, True),
        (1.06, 0.99, 1.2, True),
        (1.06, 1.01, 1.2, False),
        (0.94, 0.9, 0.99, False),
        (None, None, None, True),
    ],
)
def test_a_program_keeps_the_measured_time_or_misses(
    ratio: float | None, low: float | None, high: float | None, keeps: bool
) -> None:
    one = Outcome("a", "", "", "", 1.0, program_ratio=ratio, program_ratio_low=low, program_ratio_high=high)
    assert one.keeps_time == keeps
    assert is_enough([one]) == keeps
