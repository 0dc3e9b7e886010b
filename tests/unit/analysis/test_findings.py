"""Find each kind of warning where it belongs, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support import factories
from support.factories import tables
from support.makespans import MARGIN, runs_of

from concbench.analysis.comparisons import Comparer
from concbench.analysis.findings import (
    Finding,
    comparison_findings,
    configuration_findings,
    experiment_findings,
    false_calls,
    findings,
    rank_findings,
    scatters,
    skew_findings,
)
from concbench.analysis.more_blocks import blocks_enough, blocks_needed, half_width
from concbench.analysis.warning_kinds import Kind
from concbench.campaign.campaign import Campaign
from concbench.records.conditions import condition_of
from concbench.records.rows import ComparisonRow, WarningRow
from concbench.records.tables import rows_of
from concbench.stats.intervals import signed_rank_interval
from concbench.stats.verdicts import verdict

EQUAL = [1.00, 1.01, 0.99, 1.005, 0.995]
BLOCK_S = 60.0


def comparison(logs: list[float], **columns: Any) -> ComparisonRow:
    """A comparison whose blocks have these logarithms of ratios."""
    found = signed_rank_interval(logs)
    assert found is not None
    row = ComparisonRow(
        experiment="cpu",
        configuration="cpu-threading",
        contender="threading",
        baseline="sync",
        baseline_configuration="cpu-sync",
        paired=True,
        blocks=len(logs),
        speedup=float(np.exp(found.estimate)),
        speedup_low=float(np.exp(found.low)),
        speedup_high=float(np.exp(found.high)),
        level=found.level,
        spread=float(np.exp(np.std(logs, ddof=1)) - 1),
    )
    row.verdict = verdict(type(found)(row.speedup, row.speedup_low, row.speedup_high, row.level), MARGIN)  # type: ignore[arg-type]
    for name, value in columns.items():
        setattr(row, name, value)
    return row


def ranks_disagree(campaign: Campaign, runs: pd.DataFrame, summary: pd.DataFrame) -> list[Finding]:
    return list(rank_findings(campaign, summary, Comparer.of(campaign, runs)))


def kinds(found: Any) -> list[Kind]:
    return [finding.kind for finding in found]


def of(row: ComparisonRow, repetitions: int = 5) -> list[Kind]:
    return kinds(comparison_findings(row, factories.campaign(repetitions), BLOCK_S))


# --- Experiments


def test_equal_blocks_give_no_warning() -> None:
    assert kinds(experiment_findings("cpu", runs_of({"one": EQUAL, "other": EQUAL[::-1]}), MARGIN)) == []


def test_a_first_block_far_above_the_others_is_slow() -> None:
    found = list(experiment_findings("cpu", runs_of({"one": [1.3, *EQUAL[1:]], "other": [2.6, 2.0, 2.01, 1.99, 2.0]}), MARGIN))
    assert kinds(found) == [Kind.SLOW_FIRST_BLOCK]
    assert found[0].message == "block 1 took 30 % longer than the others"


@pytest.mark.parametrize("first", [1.03, 1.1])
def test_a_first_block_no_further_off_than_others_is_not_slow(first: float) -> None:
    spread = [0.9, 1.0, 0.95, 1.05]
    assert kinds(experiment_findings("cpu", runs_of({"one": [first, *spread]}), MARGIN)) == []


def test_makespans_that_rise_from_block_to_block_drift() -> None:
    rising = [1.0, 1.05, 1.1, 1.15, 1.2]
    found = list(experiment_findings("cpu", runs_of({"one": rising, "other": [3 * value for value in rising]}), MARGIN))
    assert kinds(found) == [Kind.DRIFT]
    assert found[0].message == "elapsed times rose by 20 % from the first block to the last, and CPU speed stayed the same"


def test_a_drift_within_the_margin_is_none() -> None:
    assert kinds(experiment_findings("cpu", runs_of({"one": [1.0, 1.01, 1.02, 1.03, 1.04]}), MARGIN)) == []


def test_noise_alone_rarely_looks_like_a_drift_or_a_slow_first_block() -> None:
    random = np.random.default_rng(1)
    found = [
        list(experiment_findings("cpu", runs_of({"one": list(np.exp(random.normal(0, 0.1, 5)))}), MARGIN)) for _ in range(500)
    ]
    assert sum(map(bool, found)) / 500 < 0.05


def test_a_machine_whose_speed_changes_is_unsteady() -> None:
    runs = runs_of({"one": [1.6, 1.0, 1.6, 1.0, 1.6], "other": [3.0, 4.8, 3.0, 4.8, 3.0]})
    runs["machine_speed"] = [1e8, 1.1e8] * 5
    assert kinds(experiment_findings("cpu", runs, MARGIN)) == []
    runs["machine_speed"] = [1e8, 1.6e8] * 5
    (found,) = experiment_findings("cpu", runs, MARGIN)
    assert (found.kind, "1.6-fold" in found.message) == (Kind.UNSTEADY_MACHINE, True)


def test_an_unsteady_machine_names_the_contenders_whose_ratio_depends_on_it() -> None:
    contenders = ["sync"] * 5 + ["asyncio"] * 5
    runs = runs_of({"one": [1.6, 1.0, 1.6, 1.0, 1.6], "other": [3.0, 4.8, 3.0, 4.8, 3.0]}, contender=contenders)
    runs["machine_speed"] = [1e8, 1.6e8] * 5
    runs["cpus_used"] = [1.0] * 5 + [0.1] * 5
    (found,) = experiment_findings("cpu", runs, MARGIN)
    between = "between contenders that mostly wait (asyncio) and that mostly compute (sync) depend on it"
    assert found.message.endswith(between)
    runs["cpus_used"] = 0.1
    (found,) = experiment_findings("cpu", runs, MARGIN)
    assert "depend" not in found.message


def test_an_unsteady_machine_is_no_news_to_times_that_do_not_vary() -> None:
    runs = runs_of({"one": EQUAL, "other": EQUAL})
    runs["machine_speed"] = [1e8, 1.6e8] * 5
    assert kinds(experiment_findings("io", runs, MARGIN)) == []


def test_too_few_blocks_give_no_estimate_of_effect_and_spread() -> None:
    assert blocks_needed(comparison([0.01, -0.5]), MARGIN) == 5
    assert blocks_needed(comparison([0.01, -0.5, 0.4, 0.1]), MARGIN) == 5


# --- Configurations


def test_runs_that_do_not_count_are_counted_by_status() -> None:
    runs = runs_of({"one": [1.0] * 5})
    runs["status"] = ["ok", "failed", "failed", "timeout", "missing"]
    found = list(configuration_findings(runs))
    assert kinds(found) == [Kind.NOT_COUNTED]
    assert found[0].message == "2 failed, 1 timeout, of 5 runs"


def test_interfered_runs_have_their_own_warning() -> None:
    runs = runs_of({"one": [1.0] * 3})
    runs["status"] = ["ok", "interfered", "interfered"]
    assert [(finding.kind, finding.message) for finding in configuration_findings(runs)] == [
        (Kind.INTERFERED, "2 interfered, of 3 runs")
    ]


def test_runs_that_a_quota_stopped_have_a_warning_of_their_own() -> None:
    runs = runs_of({"one": [1.0] * 4}, throttled_share=[0.01, 0.5, 0.02, 0.9])
    runs["status"] = ["ok", "interfered", "interfered", "failed"]
    assert [(finding.kind, finding.message) for finding in configuration_findings(runs)] == [
        (Kind.THROTTLED, "1 throttled, of 4 runs"),
        (Kind.NOT_COUNTED, "1 failed, of 4 runs"),
        (Kind.INTERFERED, "1 interfered, of 4 runs"),
    ]


@pytest.mark.parametrize(
    ("share", "messages"),
    [
        (None, []),
        (0.09, []),
        (0.12, ["timing an item adds 12% to it"]),
        (31.0, ["timing an item takes 31 times as long as the item"]),
    ],
)
def test_items_shorter_than_ten_times_their_timing(share: float | None, messages: list[str]) -> None:
    found = list(configuration_findings(runs_of({"one": [1.0] * 3}, timing_share=share)))
    assert [finding.message for finding in found if finding.kind is Kind.SHORT_ITEMS] == messages
    assert len(found) == len(messages)


@pytest.mark.parametrize(("load", "expected"), [(0.6, []), (0.7, [Kind.SERVER_NEAR_LIMIT])])
def test_a_server_near_its_limit(load: float, expected: list[Kind]) -> None:
    assert kinds(configuration_findings(runs_of({"one": [1.0] * 3}, server_load=load))) == expected


@pytest.mark.parametrize(("seen", "expected"), [(2, []), (1, [Kind.FEWER_IN_FLIGHT])])
def test_fewer_requests_in_flight_than_asked_for(seen: int, expected: list[Kind]) -> None:
    runs = runs_of({"one": [1.0] * 3}, peak_in_flight=seen, server_controlled=True)
    assert kinds(configuration_findings(runs)) == expected


def test_more_workers_than_items_are_not_expected_in_flight() -> None:
    runs = runs_of({"one": [1.0] * 3}, workers=10, peak_in_flight=4, server_controlled=True)
    assert kinds(configuration_findings(runs)) == []


@pytest.mark.parametrize(("few", "many"), [(12, 48), (15, 100)])
def test_the_two_clusters_are_separated(few: int, many: int) -> None:
    random = np.random.default_rng(3)
    values = np.concatenate([np.full(many, 1.0), np.full(few, 2.0)]) * np.exp(random.normal(0, 0.02, few + many))
    (found,) = configuration_findings(runs_of({"one": list(values)}))
    counts = re.search(r"runs (\d+) took about ([\d.]+) s, (\d+) took about ([\d.]+) s", found.message)
    assert counts
    assert (int(counts[1]), int(counts[3])) == (many, few)
    assert [float(counts[2]), float(counts[4])] == pytest.approx([1, 2], rel=0.02)


def test_skipped_and_server_bound_runs_have_their_own_warnings() -> None:
    runs = runs_of({"one": [1.0] * 4})
    runs["status"] = ["ok", "skipped", "server-bound", "invalid"]
    assert kinds(configuration_findings(runs)) == [Kind.NOT_COUNTED, Kind.SKIPPED, Kind.SERVER_BOUND]


def test_interpreters_that_are_not_installed_have_one_warning(tmp_path: Path) -> None:
    times: factories.Times = {**factories.ON_TWO, "sync@new": ["absent"] * 5, "threading@new": ["absent"] * 5}
    data = factories.synthetic(tmp_path, factories.on_two_interpreters(5), times)
    skipped = data.tables["warnings"][data.tables["warnings"]["warning"] == "skipped"]
    assert list(skipped["message"]) == ["not installed: new (10 runs)"]
    assert skipped[["experiment", "configuration"]].isna().all(axis=None)


def test_cpu_speed_is_reported_over_the_same_blocks_as_the_times() -> None:
    rising = [1.6, 1.0, 1.04, 1.08, 1.12, 1.16, 1.2]
    runs = runs_of({"one": rising, "other": rising})
    runs["machine_speed"] = [1 / makespan_s if makespan_s != 1.6 else 0.5 for makespan_s in runs["makespan_s"]]
    unsteady, slow, drift = experiment_findings("cpu", runs, MARGIN)
    assert (unsteady.kind, slow.kind, drift.kind) == (Kind.UNSTEADY_MACHINE, Kind.SLOW_FIRST_BLOCK, Kind.DRIFT)
    assert drift.message == "elapsed times rose by 20 % from the first block to the last, and CPU speed fell by 17 %"


def test_two_clusters_are_seen_from_twenty_runs_on() -> None:
    random = np.random.default_rng(1)
    two = np.where(np.arange(24) % 2, 1.0, 1.5) * np.exp(random.normal(0, 0.02, 24))
    assert kinds(configuration_findings(runs_of({"one": list(two)}))) == [Kind.TWO_CLUSTERS]
    assert kinds(configuration_findings(runs_of({"one": list(two[:18])}))) == []
    one = np.exp(random.normal(0, 0.1, 24))
    assert kinds(configuration_findings(runs_of({"one": list(one)}))) == []


# --- Comparisons


def test_a_decided_comparison_with_little_spread_gives_no_warning() -> None:
    assert of(comparison([0.5, 0.51, 0.49, 0.5, 0.52])) == []
    assert of(comparison([0.001, -0.002, 0.0, 0.001, 0.002])) == []


def test_an_inconclusive_comparison_asks_for_more_blocks() -> None:
    found = list(comparison_findings(comparison([0.1, 0.3, -0.05, 0.2, 0.1]), factories.campaign(5), BLOCK_S))
    assert kinds(found) == [Kind.TOO_FEW_BLOCKS]
    said = r"about (\d+) blocks may decide it \((\d+) min longer\), but more than 200 may be needed"
    asked = re.search(said, found[0].message)
    assert asked
    assert 5 < int(asked[1]) < 20
    assert int(asked[2]) == int(asked[1]) - 5  # at a minute each


def test_the_forecast_is_a_range_with_its_chance() -> None:
    row = comparison([0.1, 0.04, -0.02, 0.11, 0.07, -0.01])
    # The interval of all but one Walsh average at each end reaches from -0.015 to 0.105. Its half width of 0.06, times
    # 1.96 / 1.863 for the level of 95 %, must fall to half of log(1.05): 6 blocks times the square of 0.0631 / 0.0244.
    enough = blocks_enough(row, MARGIN, 0.0)
    assert enough == 41
    assert blocks_enough(row, MARGIN, scatter=0.02435 * 60**0.5) == 60  # other comparisons scatter more
    (found,) = comparison_findings(row, factories.campaign(6), BLOCK_S)
    assert found.message.endswith(f", {enough} will in 9 of 10 cases ({enough - 6} min longer)")


def test_the_scatter_of_a_condition_is_that_of_its_usual_comparison() -> None:
    rows = [comparison([0.1, 0.1 + by, 0.1 - by, 0.1, 0.1]) for by in (0.01, 0.02, 0.05)]
    (scatter,) = scatters([*rows, comparison([0.3, 0.5])]).values()
    assert scatter == pytest.approx(half_width(rows[1]))


def test_the_largest_number_of_blocks_forecast_decides_in_nine_of_ten_cases() -> None:
    random, decided, trials = np.random.default_rng(1), 0, 0
    while trials < 60:
        logs = random.normal(0.02, 0.05, (4, 8))
        rows = [comparison(list(one)) for one in logs]
        if rows[0].verdict != "inconclusive":
            continue
        trials += 1
        enough = max(9, blocks_enough(rows[0], MARGIN, scatters(rows)[condition_of(rows[0])]))
        decided += comparison(list(random.normal(0.02, 0.05, enough))).verdict != "inconclusive"
    assert decided / trials >= 0.9


def test_a_difference_too_small_to_matter_needs_no_more_blocks() -> None:
    assert of(comparison([0.02, -0.03, 0.04, 0.05, 0.01, 0.06])) == []  # the confidence interval is 0.99 to 1.06
    assert of(comparison([0.02, -0.03, 0.04, 0.15, 0.01, 0.16])) == [Kind.TOO_FEW_BLOCKS]


def test_blocks_that_were_lost_are_asked_for_again() -> None:
    found = list(comparison_findings(comparison([3.0, 3.01, 2.99, 3.0]), factories.campaign(5), BLOCK_S))
    assert "a verdict takes at least 6 blocks" in found[0].message


def test_as_many_blocks_as_asked_for_mostly_decide() -> None:
    random, first, decided, trials = np.random.default_rng(1), 8, 0, 0
    while trials < 200:
        row = comparison(list(random.normal(0.1, 0.12, first)))
        needed = blocks_needed(row, MARGIN)
        if row.verdict != "inconclusive" or needed is None or needed > 60:
            continue
        trials += 1
        decided += comparison(list(random.normal(0.1, 0.12, needed))).verdict != "inconclusive"
    assert 0.5 < decided / trials < 0.95  # the recommendation rests on 8 blocks' own estimate of effect and spread


def test_more_blocks_than_there_are_are_asked_for() -> None:
    assert (blocks_needed(comparison([-0.18, -0.19, -0.2, -0.18, 0.01]), MARGIN) or 0) > 5


# By hand: z = 1.95996 for 95 %, and 1.86273 for 93.75 %. Logarithms are of the speed-up and of its distance from each limit.
@pytest.mark.parametrize(
    ("blocks", "speedup", "low", "high", "level", "needed"),
    [
        (10, 1.2, 0.98, 1.45, 0.9375, 14),  # 10 * (0.20252 * 1.0522 ÷ 0.18232)² = 13.7
        (10, 1 / 1.2, 1 / 1.45, 1 / 0.98, 0.9375, 14),
        (5, 1.2, 0.98, 1.45, 0.93, 8),  # z = 1.81191: 5 * (0.20252 * 1.0817 ÷ 0.18232)² = 7.2
        (10, 1.01, 0.94, 1.09, 0.95, 39),  # for same: 10 * (0.07623 ÷ (0.04879 - 0.00995))² = 38.5
        (10, 1.01, 0.94, 1.09, 0.9375, 43),  # the same, widened: 38.5 * 1.0522² = 42.6
        (10, 1.0, 0.9, 1.12, 0.95, 54),  # for same: 10 * (0.11333 ÷ 0.04879)² = 53.95
        (10, 2.0, 1.9, 2.1, 0.95, 11),  # one more at least
        (3, 2.0, 1.9, 2.1, 0.95, 5),
        (5, 1.06, 0.7, 1.6, 0.9375, None),  # 5 * (0.41494 * 1.0522 ÷ 0.05827)² = 281
        (199, 2.0, 1.9, 2.1, 0.95, 200),
        (200, 2.0, 1.9, 2.1, 0.95, None),
        (7, 1.2, 0.9, 1.45, 0.92, 8),  # too low a level to estimate anything
        (3, 1.2, 0.9, 1.45, 0.75, 5),
        (7, 1.2, 0.98, 1.45, None, 8),
        (7, None, 0.98, 1.45, 0.9375, 8),
        (7, 1.2, None, 1.45, 0.9375, 8),
        (7, 1.2, 0.98, None, 0.9375, 8),
    ],
)
def test_the_blocks_that_would_decide_a_comparison_by_hand(
    blocks: int, speedup: float | None, low: float | None, high: float | None, level: float | None, needed: int | None
) -> None:  # fmt: skip
    estimated = {"speedup": speedup, "speedup_low": low, "speedup_high": high, "level": level}
    assert blocks_needed(comparison([0.1, 0.2], blocks=blocks, **estimated), MARGIN) == needed


def test_a_difference_that_no_number_of_blocks_would_show_is_warned_of() -> None:
    assert of(comparison([0.05, 0.9, -0.8, 0.7, -0.6])) == [Kind.SPREAD_WIDER_THAN_EFFECT]


def test_a_decided_comparison_whose_blocks_vary_by_more_than_it_is_warned_of() -> None:
    scattered = [0.02, 0.15, 0.01, 0.3, 0.02, 0.01, 0.2, 0.03, 0.01, 0.02]
    assert of(comparison(scattered), 10) == [Kind.SPREAD_WIDER_THAN_EFFECT]
    assert of(comparison([value / 4 for value in scattered]), 10) == []  # too small to matter


SKEWED = [0.1, 0.11, 0.12, 0.1, 0.11, 0.13, 0.12, 0.11, 0.15, 0.2, 0.3, 0.5]


@pytest.mark.parametrize(
    ("logs", "columns", "expected"),
    [
        (SKEWED, {}, [Kind.SKEWED_RATIOS]),
        (SKEWED, {"verdict": "inconclusive"}, []),
        (SKEWED, {"contender": "control"}, []),
        ([0.1 + by * sign for by in (0.01, 0.02, 0.03, 0.05, 0.09, 0.2) for sign in (1, -1)], {}, []),
    ],
)
def test_skewed_ratios_within_blocks(logs: list[float], columns: dict[str, Any], expected: list[Kind]) -> None:
    index = pd.MultiIndex.from_arrays([range(len(logs)), ["one"] * len(logs)], names=["block", "invocation"])
    makespans = {"cpu-sync": pd.Series(logs, index=index), "cpu-threading": pd.Series(0.0, index=index)}
    found = list(skew_findings(comparison(logs, **columns), factories.campaign(12), makespans))
    assert kinds(found) == expected
    if found:
        assert found[0].message.endswith("but the median of the blocks' ratios is 1.13")  # exp(0.12)


def test_an_unpaired_comparison_names_the_command_that_measures_both_anew() -> None:
    row = comparison([0.5, 0.51, 0.49, 0.5, 0.52], paired=False, verdict="inconclusive")
    found = list(comparison_findings(row, factories.campaign(5), BLOCK_S))
    assert kinds(found) == [Kind.UNPAIRED]
    assert "scripts/retry_runs.py results/c --pairs" in found[0].row("c").remedy


def test_blocks_measured_apart_are_reported() -> None:
    found = list(comparison_findings(comparison([0.5, 0.51, 0.49, 0.5], blocks_apart=1), factories.campaign(5), BLOCK_S))
    assert kinds(found) == [Kind.UNPAIRED, Kind.TOO_FEW_BLOCKS]
    assert found[0].message.endswith("4 blocks); the two were measured in different invocations in 1 more")


def test_a_contender_of_which_nothing_was_measured_needs_no_more_blocks() -> None:
    row = comparison(
        [0.5, 0.5], blocks=0, speedup=None, speedup_low=None, speedup_high=None, level=None, verdict="inconclusive"
    )
    assert of(row) == []


def test_a_control_that_differs_from_itself_is_warned_of() -> None:
    assert of(comparison([0.5, 0.51, 0.49, 0.5, 0.52], contender="control")) == [Kind.CONTROL_DIFFERS]
    assert of(comparison([0.1, -0.2, 0.05, 0.3, -0.1], contender="control")) == []


def test_the_baseline_is_not_compared_with_itself() -> None:
    assert of(comparison([0.0] * 5, verdict=None)) == []


def test_chance_calls_as_many_as_the_levels_leave() -> None:
    rows = [comparison([0.1, 0.2, 0.3, 0.4, 0.5]) for _ in range(4)]
    assert false_calls(rows) == pytest.approx(4 * 0.0625)
    assert false_calls([comparison([0.1, 0.2, 0.3])]) == 0  # too few blocks to be called anything
    assert false_calls([comparison([0.1] * 5, contender="control")]) == 0


# --- Campaigns


def test_an_order_by_best_of_n_that_the_blocks_contradict_is_named(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [2.0, 5.0, 5.1, 5.2, 5.3], "threading": [1.9, 4.6, 4.7, 4.8, 4.9]}
    runs, summary, _ = tables(tmp_path, factories.campaign(5, best_of=3), times)
    summary["best_of_n_s"] = summary["contender"].map({"sync": 2.0, "threading": 2.1})
    found = ranks_disagree(factories.campaign(5, best_of=3), runs, summary)
    assert [finding.message for finding in found] == [
        "best of 3 ranks sync ahead of threading with 2 workers; the ratios within blocks show the opposite"
    ]


def test_an_order_by_best_of_n_that_only_the_medians_contradict_is_no_news(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0, 5.0, 5.1, 4.0, 5.0], "threading": [3.0, 6.0, 6.1, 3.0, 6.0]}
    runs, summary, _ = tables(tmp_path, factories.campaign(5, best_of=3), times)
    assert ranks_disagree(factories.campaign(5, best_of=3), runs, summary) == []


def test_an_order_that_the_last_look_does_not_contradict_is_no_news(tmp_path: Path) -> None:
    fixed, looked_at = factories.campaign(6, best_of=3), factories.campaign(factories.UNTIL_DECIDED, best_of=3)
    times: factories.Times = {"sync": [5.0, 5.1, 5.2, 5.3, 5.2, 5.1], "threading": [4.6, 4.7, 4.8, 4.9, 4.8, 4.7]}
    waiting: factories.Times = {name: [*values, *["missing"] * 11] for name, values in times.items()}
    for campaign, own, expected in ((fixed, times, 1), (looked_at, waiting, 0)):
        runs, summary, _ = tables(tmp_path, campaign, own)
        summary["best_of_n_s"] = summary["contender"].map({"sync": 2.0, "threading": 2.1})
        assert len(ranks_disagree(campaign, runs, summary)) == expected


def test_a_warning_names_its_condition_among_several(tmp_path: Path) -> None:
    campaign = factories.on_two_interpreters(5, sizes=[4, 8])
    runs, summary, _ = tables(tmp_path, campaign, factories.ON_TWO)
    of_new = summary["interpreter"] == "new"
    summary.loc[of_new, "best_of_n_s"] = summary.loc[of_new, "contender"].map({"sync": 1.0, "threading": 1.1})
    found = [finding.message for finding in ranks_disagree(campaign, runs, summary)]
    assert [message.partition(": ")[0] for message in found] == ["new, 4 items", "new, 8 items"]


def test_a_quiet_campaign_has_no_warnings(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0, 4.01, 4.02, 4.01, 4.0], "threading": [2.8, 2.81, 2.8, 2.82, 2.8]}
    campaign = factories.campaign(repetitions=5)
    runs, summary, comparisons = tables(tmp_path, campaign, times)
    assert findings(campaign, runs, summary, rows_of(comparisons, ComparisonRow)) == []


def test_the_table_names_the_kinds(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0, 4.01, "failed", 4.01, 4.0], "threading": [2.8, 2.81, 2.8, 2.82, 2.8]}
    campaign = factories.campaign(repetitions=5)
    runs, summary, comparisons = tables(tmp_path, campaign, times)
    rows = [finding.row("synthetic") for finding in findings(campaign, runs, summary, rows_of(comparisons, ComparisonRow))]
    assert [row.warning for row in rows] == ["not-counted", "too-few-blocks"]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_remedy_can_be_filled_in(kind: Kind) -> None:
    filled = kind.remedy.format(campaign="c")
    assert WarningRow(kind.title, "e", "p", "m", filled).remedy.count("{") == 0


@pytest.mark.parametrize(("at_start", "expected"), [(True, []), (False, [Kind.GIL_SWITCHED_ON])])
def test_a_gil_that_an_import_switched_on_is_reported(at_start: bool, expected: list[Kind]) -> None:
    runs = runs_of({"one": EQUAL}, gil_enabled_at_start=at_start, gil_enabled=True)
    assert kinds(configuration_findings(runs)) == expected


ON_TWO_NODES = ["one"] * 4 + ["two"] * 4


def test_nodes_of_different_speed_are_reported_and_no_drift() -> None:
    one, two = [1.0, 1.01, 0.99, 1.0], [1.2, 1.21, 1.19, 1.2]
    runs = runs_of({"a": [*one, *two], "b": [*two, *(1.2 * value for value in two)]}, node=ON_TWO_NODES * 2)
    (found,) = experiment_findings("cpu", runs, MARGIN)
    assert (found.kind, found.message) == (Kind.NODES_DIFFER, "runs took 20 % longer on two than on one")


def test_nodes_within_the_margin_are_not() -> None:
    runs = runs_of({"a": [1.0, 1.01, 0.99, 1.0, 1.02, 1.03, 1.01, 1.02]}, node=ON_TWO_NODES)
    assert list(experiment_findings("cpu", runs, MARGIN)) == []


def test_a_single_block_on_each_node_gives_no_warning() -> None:
    assert list(experiment_findings("cpu", runs_of({"a": [1.0, 1.3]}, node=["one", "two"]), MARGIN)) == []


def test_a_drift_on_one_node_of_two_is_reported() -> None:
    rising = [1.0, 1.1, 1.2, 1.3, 1.4, 1.5]
    runs = runs_of({"a": [*rising, *[1.25] * 6]}, node=["one"] * 6 + ["two"] * 6)
    drift = [found.message for found in experiment_findings("cpu", runs, MARGIN) if found.kind is Kind.DRIFT]
    assert [message.partition(":")[0] for message in drift] == ["one"]


def test_the_first_block_is_the_one_that_was_measured_first() -> None:
    runs = runs_of({"a": [*EQUAL, 1.6]})
    assert list(experiment_findings("cpu", runs, MARGIN)) == []
    late = runs.assign(started_at=[f"2026-11-23T11:{minute:02}:00Z" for minute in (1, 2, 3, 4, 5, 0)])
    (found,) = experiment_findings("cpu", late, MARGIN)
    assert (found.kind, found.message.split(" took")[0]) == (Kind.SLOW_FIRST_BLOCK, "block 6")
