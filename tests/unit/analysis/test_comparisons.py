"""Compare contenders with their baseline, paired within blocks."""

from __future__ import annotations

from itertools import combinations_with_replacement
from math import exp, log
from pathlib import Path
from statistics import median

import pandas as pd
import pytest
from support import factories
from support.factories import tables
from support.one_row import TIMES, row

from concbench.analysis.comparisons import compare
from concbench.records.tables import known


def test_speed_ups_are_paired_within_blocks(tmp_path: Path) -> None:
    _, _, comparisons = tables(tmp_path, factories.campaign(), TIMES)
    threading = row(comparisons, "threading")
    assert (threading["baseline"], threading["blocks"]) == ("sync", 3)
    logs = sorted(map(log, (4 / 2, 6 / 2, 5 / 10)))
    walsh = sorted((one + other) / 2 for one, other in combinations_with_replacement(logs, 2))
    assert threading["speedup"] == pytest.approx(exp(median(walsh)))
    assert (threading["speedup_low"], threading["speedup_high"]) == pytest.approx((0.5, 3.0))
    assert threading["level"] == 0.75
    assert threading["best_of_n_speedup"] == pytest.approx((13 / 3) / 2.0)
    assert row(comparisons, "sync")["speedup"] == 1.0


def test_runs_of_different_invocations_are_no_pairs(tmp_path: Path) -> None:
    campaign = factories.campaign(repetitions=5)
    runs, summary, _ = tables(tmp_path, campaign, {"sync": [4.0, 4.1, 4.2, 4.3, 4.4], "threading": [2.0, 2.1, 2.2, 2.3, 2.4]})
    runs.loc[runs["contender"] == "threading", "invocation"] = "another day"
    threading = next(row for row in compare(campaign, runs, summary) if row.contender == "threading")
    assert (threading.paired, threading.blocks, threading.blocks_apart, threading.verdict) == (False, 5, 5, "inconclusive")
    assert threading.speedup == pytest.approx(4.2 / 2.2, rel=0.02)
    assert threading.speedup_low is not None
    assert threading.speedup_low > 1.7


def test_a_configuration_measured_mostly_in_one_invocation_is_paired_where_it_can_be(tmp_path: Path) -> None:
    campaign = factories.campaign(repetitions=5)
    runs, summary, _ = tables(tmp_path, campaign, {"sync": [4.0] * 5, "threading": [2.0] * 5})
    runs.loc[(runs["contender"] == "threading") & (runs["block"] == 5), "invocation"] = "another day"
    threading = next(row for row in compare(campaign, runs, summary) if row.contender == "threading")
    assert (threading.paired, threading.blocks, threading.blocks_apart) == (True, 4, 1)


SWEEP = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [2, 5, 10]}}
NEAR = [1.0, 1.001, 0.999, 1.002, 0.998]


def test_every_configuration_is_compared_with_the_fastest_and_its_contenders_best_number_of_workers(tmp_path: Path) -> None:
    medians = {"sync": 2.5, "threading/2": 6.0, "threading/5": 3.0, "threading/10": 4.0}
    times: factories.Times = {name: [value * by for by in NEAR] for name, value in medians.items()}
    _, _, comparisons = tables(tmp_path, factories.campaign(5, contenders=SWEEP), times)
    assert comparisons["vs_fastest"].to_list() == pytest.approx([1, 2.4, 1.2, 1.6])
    assert (comparisons["vs_fastest_low"].iloc[1:] > 1).all()
    assert comparisons["vs_fastest_level"].to_list() == pytest.approx([0.9375] * 4)
    assert comparisons["may_be_fastest"].to_list() == [True, False, False, False]
    assert comparisons["may_be_best_workers"].iloc[1:].to_list() == [False, True, False]
    assert pd.isna(comparisons["vs_best_workers"].iloc[0])
    assert comparisons["vs_best_workers"].iloc[1:].to_list() == pytest.approx([2, 1, 4 / 3])


def test_unmeasured_configurations_are_compared_with_nothing(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [2.0] * 5, "threading/2": ["failed"] * 5, "threading": [1.0] * 5, "control": [2.0] * 5}
    campaign = factories.campaign(5, contenders=SWEEP, control="sync")
    _, _, comparisons = tables(tmp_path, campaign, times)
    beside = {row["configuration"].split("-n4")[0]: known(row["vs_fastest"]) for _, row in comparisons.iterrows()}
    assert beside == {
        "cpu-sync-w1": 2,
        "cpu-threading-w2": None,
        "cpu-threading-w5": 1,
        "cpu-threading-w10": 1,
        "cpu-control-w1": None,
    }
    _, _, none = tables(tmp_path, factories.campaign(2), {"sync": ["failed"] * 2, "threading": ["missing"] * 2})
    assert none["vs_fastest"].isna().all()
    assert none["may_be_fastest"].isna().all()


def test_a_number_of_workers_that_was_measured_apart_is_not_the_best(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [10.0] * 5, "threading/2": [6.0] * 5, "threading/5": [4.0] * 5, "threading": [3.0] * 5}
    campaign = factories.campaign(5, contenders=SWEEP)
    runs, summary, _ = tables(tmp_path, campaign, times)
    runs.loc[(runs["workers"] == 10), "invocation"] = "another day"
    found = {row.workers_asked: row.vs_best_workers for row in compare(campaign, runs, summary) if row.contender == "threading"}
    assert found == {"2": pytest.approx(1.5), "5": 1.0, "10": None}


def test_a_control_that_was_measured_apart_is_inconclusive(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 5, "threading": [2.0] * 5, "control": [2.2] * 5}
    campaign = factories.campaign(repetitions=5, control="threading")
    runs, summary, _ = tables(tmp_path, campaign, times)
    runs.loc[runs["contender"] == "control", "invocation"] = "another day"
    (control,) = (row for row in compare(campaign, runs, summary) if row.contender == "control")
    assert control.measured_apart
    assert control.verdict == "inconclusive"


def test_the_control_is_compared_with_what_it_repeats(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 5, "threading": [2.0] * 5, "control": [2.2] * 5}
    _, _, comparisons = tables(tmp_path, factories.campaign(repetitions=5, control="threading"), times)
    control = row(comparisons, "control")
    assert (control["baseline"], control["speedup"], control["verdict"]) == ("threading", pytest.approx(1 / 1.1), "slower")


@pytest.mark.parametrize(
    ("threading", "expected"),
    [(2.0, "faster"), (8.0, "slower"), (4.1, "same"), (3.7, "faster")],
)
def test_a_comparison_comes_to_a_verdict(tmp_path: Path, threading: float, expected: str) -> None:
    spread = [0.995, 0.998, 1.0, 1.002, 1.005]
    times: factories.Times = {
        "sync": [4.0 * factor for factor in spread],
        "threading": [threading] * 5,
        "control": [threading * 1.1] * 5,  # which differs by more than 3.7 from 4, but is no part of the verdict
    }
    _, _, comparisons = tables(tmp_path, factories.campaign(repetitions=5, control="threading"), times)
    assert row(comparisons, "threading")["verdict"] == expected
    assert pd.isna(row(comparisons, "sync")["verdict"])


def test_three_blocks_decide_nothing(tmp_path: Path) -> None:
    _, _, comparisons = tables(tmp_path, factories.campaign(), {"sync": [4.0] * 3, "threading": [1.0] * 3})
    assert row(comparisons, "threading")["verdict"] == "inconclusive"


def test_a_block_in_which_one_of_the_two_failed_is_no_pair(tmp_path: Path) -> None:
    _, _, comparisons = tables(
        tmp_path, factories.campaign(), {"sync": [4.0, "failed", 5.0], "threading": [2.0, 1.0, "timeout"]}
    )
    threading = row(comparisons, "threading")
    assert (threading["blocks"], threading["speedup"]) == (1, 2.0)


def test_configurations_are_compared_within_their_size_only(tmp_path: Path) -> None:
    campaign = factories.campaign(sizes=[4, 8])
    _, summary, comparisons = tables(tmp_path, campaign, TIMES)
    assert list(comparisons["size"]) == list(summary["size"])
    assert list(comparisons["baseline"]) == ["sync"] * 4
    assert comparisons["speedup"][:2].eq(1.0).all()
    assert comparisons["speedup"][2:].gt(1.5).all()


def up_to(blocks: int, values: list[float]) -> list[float | str]:
    """Return the times of a campaign that was stopped after some of its 17 blocks."""
    return [*values[:blocks], *["missing"] * (17 - blocks)]


def test_a_campaign_with_looks_has_repeated_confidence_intervals(tmp_path: Path) -> None:
    rises = [1 + place / 100 for place in range(17)]  # the ratios; a block more would change every interval
    campaign = factories.campaign(factories.UNTIL_DECIDED)
    found = {}
    for blocks in (5, 7, 10, 17):
        times: factories.Times = {"sync": up_to(blocks, rises), "threading": up_to(blocks, [1.0] * 17)}
        found[blocks] = row(tables(tmp_path, campaign, times)[2], "threading")
    assert (found[5]["level"], found[5]["verdict"]) == (0.0, "inconclusive")
    assert found[5]["speedup"] == found[5]["speedup_low"] == pytest.approx(1.02, rel=1e-3)
    assert found[7][["speedup_low", "speedup_high"]].to_list() == pytest.approx([1.0, 1.06])
    assert (found[7]["level"], found[7]["blocks"]) == (1 - 2 / 2**7, 7)
    compared = ["speedup", "speedup_low", "speedup_high", "level", "blocks", "verdict", "spread"]
    assert found[10][compared].to_list() == found[7][compared].to_list()
    assert (found[17]["blocks"], 0.95 <= found[17]["level"] < found[7]["level"]) == (17, True)
    assert found[17]["speedup_low"] > 1.0
    assert found[17]["speedup_high"] == pytest.approx(1.06)  # of the first look


def test_the_best_of_n_speed_up_is_of_the_blocks_that_both_have(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [3.0] * 7 + [1.0] * 10, "threading": up_to(7, [2.0] * 7)}
    threading = row(tables(tmp_path, factories.campaign(factories.UNTIL_DECIDED), times)[2], "threading")
    assert threading["best_of_n_speedup"] == pytest.approx(1.5)


def test_the_limit_of_a_speed_up_is_of_the_blocks_that_both_have(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [3.0] * 6 + [4.5] * 11, "threading": up_to(7, [2.5] * 7)}
    threading = row(tables(tmp_path, factories.campaign(factories.UNTIL_DECIDED), times)[2], "threading")
    assert threading["speedup_limit"] == pytest.approx(1.5)  # the effective parallelism


def test_the_limit_of_the_baseline_is_exactly_1_which_no_answer_quotes(tmp_path: Path) -> None:
    made = tables(tmp_path, factories.campaign(), {"sync": [0.9289771839976311] * 3, "threading": [5.0] * 3})[2]
    assert row(made, "sync")["speedup_limit"] == 1.0


def test_a_look_that_only_one_of_two_has_reached_does_not_count_for_them(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [2.0] * 17, "threading": up_to(16, [1.0] * 17)}
    threading = row(tables(tmp_path, factories.campaign(factories.UNTIL_DECIDED), times)[2], "threading")
    assert threading["blocks"] == 11


def test_a_run_that_does_not_count_takes_no_look_away(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [2.0] * 17, "threading": [*["failed"] * 2, *[1.0] * 15]}
    threading = row(tables(tmp_path, factories.campaign(factories.UNTIL_DECIDED), times)[2], "threading")
    assert (threading["blocks"], threading["verdict"]) == (15, "faster")


def test_unpaired_runs_of_a_campaign_with_looks_have_no_interval(tmp_path: Path) -> None:
    campaign = factories.campaign(factories.UNTIL_DECIDED)
    runs, summary, _ = tables(tmp_path, campaign, {"sync": [2.0] * 17, "threading": [1.0] * 17})
    runs.loc[runs["contender"] == "threading", "invocation"] = "another day"
    threading = next(row for row in compare(campaign, runs, summary) if row.contender == "threading")
    assert (threading.paired, threading.speedup, threading.level, threading.verdict) == (False, 2.0, 0.0, "inconclusive")
