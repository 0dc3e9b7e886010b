"""Estimate lower bounds of elapsed times."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from support import factories
from support.factories import tables
from support.one_row import TIMES

from concbench.analysis.comparisons import compare
from concbench.analysis.findings import findings, probe_findings
from concbench.analysis.lower_bounds import with_lower_bounds
from concbench.analysis.summary import summarize
from concbench.analysis.warning_kinds import Kind
from concbench.records.rows import SummaryRow
from concbench.records.tables import known, read_table, write_table


def test_the_lower_bound_of_cpu_bound_work_is_the_baseline_divided_by_effective_parallelism(
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
    runs, summary, _ = tables(tmp_path, campaign, {"sync": [5.0] * 3, "numpy": [0.1] * 3})
    assert [known(lower_bound_s) for lower_bound_s in summary["lower_bound_s"]] == [5.0, None]
    assert list(findings(campaign, runs, summary, [])) == []


def test_less_than_the_lower_bound_is_warned_of(tmp_path: Path) -> None:
    campaign = factories.campaign()
    runs, summary, _ = tables(tmp_path, campaign, {"sync": [6.0] * 3, "threading": [3.5, 3.59, 3.7]})
    (found,) = findings(campaign, runs, summary, [])
    assert found.kind is Kind.BELOW_LOWER_BOUND
    assert found.message == "the median is 3.59 s, the lower bound 4 s"


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
def test_the_lower_bound_of_mixed_work_is_the_larger_of_two_bounds(
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


@pytest.mark.parametrize(("options", "in_flight"), [({}, 160), ({"processes": 3}, 240), ({"processes": 8}, 320)])
def test_each_process_with_an_event_loop_has_connections_of_its_own(
    options: dict[str, int], in_flight: int, tmp_path: Path
) -> None:
    """A client has at most 80 connections here, and there are 320 downloads."""
    loops = {"model": "process_event_loops", "workers": ["all"], "connection_limit": 80, **options}
    contenders = {"sync": {"model": "sync"}, "loops": loops}
    campaign = factories.campaign(workload="download", servers=["near"], sizes=[320], contenders=contenders)
    times: factories.Times = {"sync": [4.0] * 3, "loops": [1.0] * 3}
    runs = factories.runs_table(tmp_path, campaign, times).assign(delay_total_s=32.0)
    lower_bounds = {row.contender: row.lower_bound_s for row in summarize(campaign, runs, factories.probes(tmp_path))}
    assert lower_bounds["loops"] == pytest.approx(32 / in_flight)


def test_the_lower_bound_of_downloads_has_no_more_under_way_than_the_server_serves(tmp_path: Path) -> None:
    contenders = {"sync": {"model": "sync"}, "asyncio": {"model": "asyncio", "workers": [8]}}
    campaign = factories.campaign(workload="download", servers=["near"], sizes=[16], contenders=contenders)
    campaign = replace(campaign, servers={"near": replace(campaign.servers["near"], max_concurrent=4)})
    times: factories.Times = {"sync": [4.0] * 3, "asyncio": [1.0] * 3}
    runs = factories.runs_table(tmp_path, campaign, times).assign(delay_total_s=16.0)
    lower_bounds = {row.contender: row.lower_bound_s for row in summarize(campaign, runs, factories.probes(tmp_path))}
    assert lower_bounds == pytest.approx({"sync": 16.0, "asyncio": 4.0})


@pytest.mark.parametrize(("cores", "known"), [(0.9, True), (0.3, False)])
def test_own_work_has_an_lower_bound_only_where_it_computes(cores: float, known: bool, tmp_path: Path) -> None:
    campaign = factories.campaign(workload="own", options={"file": "examples/parse_html.py"})
    runs = factories.runs_table(tmp_path, campaign, TIMES).assign(cpus_used=cores)
    lower_bounds = [row.lower_bound_s for row in summarize(campaign, runs, factories.probes(tmp_path))]
    assert [lower_bound is not None for lower_bound in lower_bounds] == [known, known]


def test_a_baseline_that_uses_several_cpus_itself_gives_no_lower_bound(tmp_path: Path) -> None:
    campaign = factories.campaign(baseline="threading")
    runs = factories.runs_table(tmp_path, campaign, TIMES)
    probes = factories.probes(tmp_path)
    for cpus_used, known_bounds in ((1.2, 2), (1.9, 0)):
        rows = summarize(campaign, runs.assign(cpus_used=cpus_used), probes)
        assert sum(row.lower_bound_s is not None for row in rows) == known_bounds


def test_one_item_is_not_shared_by_several_workers(tmp_path: Path) -> None:
    contenders = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [8]}}
    _, summary, _ = tables(tmp_path, factories.campaign(sizes=[1], contenders=contenders), TIMES)
    assert summary["lower_bound_s"].to_list() == pytest.approx([5.0, 5.0])  # the median of the baseline, on one CPU of 1.5


def test_a_machine_is_never_taken_for_less_than_one_cpu(tmp_path: Path) -> None:
    campaign = factories.campaign()
    runs = factories.runs_table(tmp_path, campaign, TIMES)
    lower_bounds = [row.lower_bound_s for row in summarize(campaign, runs, factories.probes(tmp_path, parallelism=0.9, cpus=2))]
    assert lower_bounds == pytest.approx([5.0, 5.0])


def test_a_server_that_delays_nothing_gives_no_lower_bound_and_no_limit(tmp_path: Path) -> None:
    campaign = factories.campaign(workload="download", servers=["near"], contenders={"sync": {"model": "sync"}})
    runs = factories.runs_table(tmp_path, campaign, {"sync": [4.0] * 3}).assign(delay_total_s=0.0)
    rows = summarize(campaign, runs, factories.probes(tmp_path))
    assert [row.lower_bound_s for row in rows] == [None]
    write_table(tmp_path / "summary.csv", SummaryRow, rows)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # dividing by zero
        (row,) = compare(campaign, runs, read_table(tmp_path / "summary.csv", SummaryRow))
    assert row.speedup_limit is None


def failing(probes: pd.DataFrame, blocks: Collection[int]) -> pd.DataFrame:
    """Make the micro-benchmark of the machine fail in some blocks."""
    failed = probes["block"].isin(blocks)
    kept = probes[~failed]
    row = {"probe": "effective_parallelism", "metric": None, "value": None, "status": "failed", "reason": "no /dev/shm"}
    return pd.concat([kept, pd.DataFrame([{**row, "block": block} for block in blocks])], ignore_index=True)


@pytest.mark.parametrize(("blocks", "known_in"), [([1], 3), ([1, 2, 3], 0)])
def test_where_effective_parallelism_is_unknown_there_is_no_lower_bound_and_a_warning(
    blocks: list[int], known_in: int, tmp_path: Path
) -> None:
    campaign = factories.campaign()
    runs = factories.runs_table(tmp_path, campaign, TIMES)
    probes = factories.probes(tmp_path)
    probes = failing(probes[probes["block"] <= 3], blocks)
    assert with_lower_bounds(campaign, runs, probes).groupby("contender")["lower_bound_s"].count().tolist() == [known_in] * 2
    assert all(row.n == 3 for row in summarize(campaign, runs, probes))
    (found,) = probe_findings(campaign, probes)
    assert found.row("tiny").warning == "probe-failed"
    assert found.message.startswith(f"effective_parallelism is failed in {len(blocks)} of 3 blocks (no /dev/shm).")


def test_a_probe_that_is_ok_or_skipped_is_not_warned_of(tmp_path: Path) -> None:
    probes = factories.probes(tmp_path)
    assert list(probe_findings(factories.campaign(), probes)) == []
    probes.loc[0, "status"] = "skipped"
    assert list(probe_findings(factories.campaign(), probes)) == []
