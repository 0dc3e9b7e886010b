"""From runs to summary, comparisons and the article's page, on synthetic runs."""

from __future__ import annotations

from itertools import combinations_with_replacement
from math import exp, log
from pathlib import Path
from statistics import median

import pandas as pd
import pytest
from support import factories
from support.factories import tables

from concbench.analysis.comparisons import compare
from concbench.analysis.findings import findings
from concbench.analysis.summary import summarize
from concbench.analysis.warning_kinds import Kind
from concbench.records.tables import known
from concbench.report.article import page

TIMES: factories.Times = {"sync": [4.0, 6.0, 5.0], "threading": [2.0, 2.0, 10.0]}


def row(table: pd.DataFrame, contender: str) -> pd.Series:
    return table[table["contender"] == contender].iloc[0]


def test_a_configuration_is_summarized_by_its_best_and_its_median(tmp_path: Path) -> None:
    _, summary, _ = tables(tmp_path, factories.campaign(), TIMES)
    sync = row(summary, "sync")
    assert (sync["n"], sync["planned"], sync["best_s"], sync["median_s"], sync["mean_s"]) == (3, 3, 4.0, 5.0, 5.0)
    assert sync["best_of_n_s"] == pytest.approx((4 + 4 + 5) / 3)
    assert sync["stdev_s"] == pytest.approx(1.0)
    assert sync["cv"] == pytest.approx(0.2)


def test_the_lower_bound_of_a_cpu_bound_configuration_is_the_baseline_shared_out_as_far_as_the_machine_can(
    tmp_path: Path,
) -> None:
    contenders = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [1, 2]}}
    _, summary, _ = tables(tmp_path, factories.campaign(contenders=contenders), TIMES)
    assert summary["lower_bound_s"].to_list() == pytest.approx([5.0, 5.0, 5.0 / 1.5])  # of two workers, 1.5 CPUs' worth


def test_a_machine_is_never_taken_for_more_than_its_cpus(tmp_path: Path) -> None:
    campaign = factories.campaign()
    runs = factories.runs_table(tmp_path, campaign, TIMES)
    lower_bounds = [row.lower_bound_s for row in summarize(campaign, runs, factories.probes(tmp_path, parallelism=2.3, cpus=1))]
    assert lower_bounds == pytest.approx([5.0, 5.0])


def test_another_program_has_no_lower_bound_by_the_baseline(tmp_path: Path) -> None:
    contenders = {"sync": {"model": "sync"}, "numpy": {"model": "sync", "with_numpy": True}}
    campaign = factories.campaign(contenders=contenders)
    _, summary, _ = tables(tmp_path, campaign, {"sync": [5.0] * 3, "numpy": [0.1] * 3})
    assert [known(lower_bound_s) for lower_bound_s in summary["lower_bound_s"]] == [5.0, None]
    assert summary["warnings"].isna().all()


def test_less_than_the_lower_bound_is_warned_of(tmp_path: Path) -> None:
    campaign = factories.campaign()
    runs, summary, _ = tables(tmp_path, campaign, {"sync": [6.0] * 3, "threading": [3.5, 3.59, 3.7]})
    assert [known(kinds) for kinds in summary["warnings"]] == [None, "below-lower-bound"]
    (found,) = (one for one in findings(campaign, runs, summary, []) if one.kind is Kind.BELOW_LOWER_BOUND)
    assert found.message == "a median of 3.59 s, and an lower bound of 4 s"


def test_the_lower_bound_of_downloads_is_their_waits_shared_out(tmp_path: Path) -> None:
    campaign = factories.campaign(workload="download", servers=["near"])
    runs = factories.runs_table(tmp_path, campaign, TIMES).assign(delay_total_s=0.4)
    lower_bounds = {row.contender: row.lower_bound_s for row in summarize(campaign, runs, factories.probes(tmp_path))}
    assert lower_bounds == pytest.approx({"sync": 0.4, "threading": 0.2})


@pytest.mark.parametrize(
    ("cpu_s", "lower_bounds"),
    [
        (1.0, {"sync": 3.0, "threading": 1.5}),  # waits and work, shared out
        (9.0, {"sync": 11.0, "threading": 6.0}),  # 9 s of work on 1.5 CPUs
    ],
)
def test_the_lower_bound_of_mixed_work_is_the_longer_of_all_shared_out_and_the_work_as_far_as_the_machine_can(
    cpu_s: float, lower_bounds: dict[str, float], tmp_path: Path
) -> None:
    campaign = factories.campaign(workload="download_and_sum", servers=["near"])
    runs = factories.runs_table(tmp_path, campaign, TIMES).assign(delay_total_s=2.0, cpu_user_s=cpu_s, cpu_system_s=0.0)
    found = {row.contender: row.lower_bound_s for row in summarize(campaign, runs, factories.probes(tmp_path))}
    assert found == pytest.approx(lower_bounds)


@pytest.mark.parametrize(("options", "in_flight"), [({}, 100), ({"connection_limit": 50}, 50), ({"connection_limit": 0}, 160)])
def test_the_lower_bound_of_downloads_has_no_more_under_way_than_the_client_has_connections(
    options: dict[str, int], in_flight: int, tmp_path: Path
) -> None:
    contenders = {"sync": {"model": "sync"}, "asyncio": {"model": "asyncio", "workers": [160], **options}}
    campaign = factories.campaign(workload="download", servers=["near"], sizes=[160], contenders=contenders)
    times: factories.Times = {"sync": [4.0] * 3, "asyncio": [1.0] * 3}
    runs = factories.runs_table(tmp_path, campaign, times).assign(delay_total_s=16.0)
    lower_bounds = {row.contender: row.lower_bound_s for row in summarize(campaign, runs, factories.probes(tmp_path))}
    assert lower_bounds == pytest.approx({"sync": 16.0, "asyncio": 16 / in_flight})


def test_runs_that_are_not_ok_are_counted_out(tmp_path: Path) -> None:
    _, summary, _ = tables(tmp_path, factories.campaign(), {"sync": [4.0, "failed", 5.0], "threading": ["invalid"] * 3})
    assert (row(summary, "sync")["n"], row(summary, "sync")["planned"], row(summary, "sync")["median_s"]) == (2, 3, 4.5)
    threading = row(summary, "threading")
    assert threading["n"] == 0
    assert threading[["best_s", "best_of_n_s", "median_s", "stdev_s"]].isna().all()


def test_configurations_come_in_the_order_of_the_config(tmp_path: Path) -> None:
    _, summary, _ = tables(tmp_path, factories.campaign(control="threading"), {**TIMES, "control": TIMES["threading"]})
    assert list(summary["contender"]) == ["sync", "threading", "control"]


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


def test_a_control_that_was_measured_apart_sets_no_noise_floor(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 5, "threading": [2.0] * 5, "control": [2.2] * 5}
    campaign = factories.campaign(repetitions=5, control="threading")
    runs, summary, _ = tables(tmp_path, campaign, times)
    runs.loc[runs["contender"] == "control", "invocation"] = "another day"
    rows = {row.contender: row for row in compare(campaign, runs, summary)}
    assert rows["threading"].noise_floor is None
    assert rows["control"].warnings == "unpaired"


def test_the_noise_floor_is_what_the_control_differs_from_itself(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 5, "threading": [2.0] * 5, "control": [2.2] * 5}
    _, _, comparisons = tables(tmp_path, factories.campaign(repetitions=5, control="threading"), times)
    assert comparisons["noise_floor"].dropna().to_list() == pytest.approx([0.1] * 2)
    control = row(comparisons, "control")
    assert (control["baseline"], control["speedup"]) == ("threading", pytest.approx(1 / 1.1))
    _, _, without = tables(tmp_path, factories.campaign(), TIMES)
    assert without["noise_floor"].isna().all()


@pytest.mark.parametrize(
    ("threading", "expected"),
    [(2.0, "faster"), (8.0, "slower"), (4.1, "same"), (3.7, "inconclusive")],
)
def test_a_comparison_comes_to_a_verdict(tmp_path: Path, threading: float, expected: str) -> None:
    spread = [0.995, 0.998, 1.0, 1.002, 1.005]
    times: factories.Times = {
        "sync": [4.0 * factor for factor in spread],
        "threading": [threading] * 5,
        "control": [threading * 1.1] * 5,  # a noise floor of 10 %
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


def test_the_page_sets_the_articles_figures_beside_ours(tmp_path: Path) -> None:
    campaign = factories.campaign(article_s={"sync": 7.83, "threading": 10.41})
    text = page(campaign, *tables(tmp_path, campaign, TIMES))
    line = next(line for line in text.splitlines() if line.startswith("| threading"))
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells == ["threading", "2", "10.41", "2.00", "2.00", "3.33", "0.752", "2.17", "3 of 3"]
    assert "## Notes" not in text
    assert text.startswith("# Campaign synthetic: the article's figures beside ours")


def test_a_campaign_without_the_articles_figures_does_not_speak_of_it(tmp_path: Path) -> None:
    campaign = factories.campaign()
    assert "article" not in page(campaign, *tables(tmp_path, campaign, TIMES))


def test_the_page_has_the_node_effect_beside_the_times_of_several_nodes(tmp_path: Path) -> None:
    campaign = factories.campaign()
    runs, summary, comparisons = tables(tmp_path, campaign, TIMES)
    assert "one node" not in page(campaign, runs, summary, comparisons)
    assert "one node ÷ another" in page(campaign, runs, summary.assign(node_effect=1.25), comparisons)


def test_the_page_lists_what_was_not_counted_and_why(tmp_path: Path) -> None:
    campaign = factories.campaign()
    text = page(campaign, *tables(tmp_path, campaign, {"sync": [4.0, "failed", 5.0], "threading": ["missing"] * 3}))
    assert "- Not counted, failed: [cpu, sync, 1 workers, size 4, block 2](logs/runs/cpu-sync-w1-n4-default/" in text
    assert "block-2.log): it is failed" in text
    assert text.count("Not counted") == 4


def test_the_page_says_when_the_server_was_not_under_control(tmp_path: Path) -> None:
    campaign = factories.campaign()
    runs, summary, comparisons = tables(tmp_path, campaign, TIMES)
    assert "not under control" not in page(campaign, runs, summary, comparisons)
    runs["server_controlled"] = False
    assert "not under control" in page(campaign, runs, summary, comparisons)


@pytest.mark.parametrize(("cores", "known"), [(0.9, True), (0.3, False)])
def test_own_work_has_an_lower_bound_only_where_it_computes(cores: float, known: bool, tmp_path: Path) -> None:
    campaign = factories.campaign(workload="own", options={"file": "examples/parse_html.py"})
    runs = factories.runs_table(tmp_path, campaign, TIMES).assign(cpus_used=cores)
    lower_bounds = [row.lower_bound_s for row in summarize(campaign, runs, factories.probes(tmp_path))]
    assert [lower_bound is not None for lower_bound in lower_bounds] == [known, known]


def test_a_machine_is_never_taken_for_less_than_one_cpu(tmp_path: Path) -> None:
    campaign = factories.campaign()
    runs = factories.runs_table(tmp_path, campaign, TIMES)
    lower_bounds = [row.lower_bound_s for row in summarize(campaign, runs, factories.probes(tmp_path, parallelism=0.9, cpus=2))]
    assert lower_bounds == pytest.approx([5.0, 5.0])
