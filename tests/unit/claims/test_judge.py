"""Answer claims from runs and micro-benchmarks."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest
from support import factories
from support.judged import CONFIG, QUIET, RATIO, SYNC, THREADS, claims_of, probes, verdicts

from concbench.campaign.campaign_reader import campaign_of
from concbench.claims.judge import judge
from concbench.records.rows import ClaimRow
from concbench.records.tables import read_table, write_table


def test_a_claim_is_answered_from_the_runs(tmp_path: Path) -> None:
    (row,) = verdicts(tmp_path, factories.campaign(5), QUIET, {**RATIO, "article": 2.1})
    assert (row.verdict, row.blocks, row.interpreter, row.article) == ("reproduced", 5, "default", 2.1)
    assert row.measured == pytest.approx(2.0, rel=0.01)
    assert row.evidence == "cpu-sync-w1-n4-default cpu-threading-w2-n4-default"
    said = "elapsed time of sync: 2 times that of threading with 2 workers (94 % CI 1.99 to 2.01), within 1.5 to 2.5."
    assert row.reason == said


@pytest.mark.parametrize("status", ["failed", "interfered", "missing", "server-bound"])
def test_a_run_that_does_not_count_leaves_a_claim_open(status: str, tmp_path: Path) -> None:
    times: factories.Times = {**QUIET, "threading": [2.0, status, 2.0, 2.0, 2.0]}
    (row,) = verdicts(tmp_path, factories.campaign(5), times, RATIO)
    assert row.verdict == "inconclusive"
    assert row.reason.startswith(f"block 2 of threading with 2 workers is {status}. To measure again, run")
    assert "scripts/retry_runs.py results/synthetic --pairs" in row.reason


def test_runs_of_different_invocations_leave_a_claim_open(tmp_path: Path) -> None:
    campaign = factories.campaign(5)
    runs = factories.runs_table(tmp_path, campaign, QUIET)
    runs.loc[(runs["contender"] == "sync") & (runs["block"] == 2), "invocation"] = "another day"
    (row,) = judge(campaign, claims_of(tmp_path, campaign, RATIO), runs, probes(tmp_path))
    assert row.verdict == "inconclusive"
    assert row.reason.startswith("only 4 of 5 blocks")


def test_fewer_blocks_than_decide_leave_a_claim_open(tmp_path: Path) -> None:
    (row,) = verdicts(tmp_path, factories.campaign(3), {"sync": [4.0] * 3, "threading": [2.0] * 3}, RATIO)
    assert (row.verdict, "5 needed" in row.reason) == ("inconclusive", True)


def test_a_contradiction_gives_its_cause_as_measured(tmp_path: Path) -> None:
    because = {
        "text": "A thread takes {thread} ms, and lost were {lost} s.",
        "figures": {
            "thread": {"probe": "start_cost", "metric": "thread_s", "times": 1000},
            "lost": {**THREADS, "minus": SYNC},
        },
    }
    campaign = campaign_of({**CONFIG, "probes": ["start_cost"], "repetitions": 5})
    slow = {"sync": [4.0] * 5, "threading": [5.0] * 5}
    (row,) = verdicts(tmp_path, campaign, slow, {**RATIO, "because": because}, thread_s=[0.00005] * 5)
    assert row.verdict == "contradicted"
    assert row.reason.endswith("not within 1.5 to 2.5. A thread takes 0.05 ms, and lost were 1 s.")
    (row,) = verdicts(tmp_path, campaign, QUIET, {**RATIO, "because": because}, thread_s=[0.00005] * 5)
    assert (row.verdict, "A thread" in row.reason) == ("reproduced", False)


OF_PROBE = {"claim": "12", "statement": "It is so.", "test": "effect", "of": {"probe": "start_cost", "metric": "thread_s"}}


def test_a_claim_is_answered_from_probes(tmp_path: Path) -> None:
    campaign = campaign_of({**CONFIG, "probes": ["start_cost"], "repetitions": 5})
    ten_times = {**OF_PROBE, "to": {"probe": "start_cost", "metric": "task_s"}, "at_least": 10}
    (row,) = verdicts(tmp_path, campaign, QUIET, ten_times, thread_s=[5.0, 5.1, 5.0, 5.2, 5.0], task_s=[0.1] * 5)
    assert (row.verdict, row.evidence) == ("reproduced", "start_cost:thread_s start_cost:task_s")
    (row,) = verdicts(tmp_path, campaign, QUIET, ten_times, thread_s=[5.0, None, 5.0, 5.2, 5.0], task_s=[0.1] * 5)
    assert (row.verdict, row.reason.startswith("start cost, thread: no thread")) == ("inconclusive", True)
    (row,) = verdicts(tmp_path, campaign, QUIET, ten_times, task_s=[0.1] * 5)
    assert row.reason.startswith("the micro-benchmark start_cost gave no thread_s")


def test_lost_items_count_failed_runs_too(tmp_path: Path) -> None:
    lost = {"claim": "7", "statement": "It loses.", "test": "effect", "of": {**THREADS, "column": "items_lost"}, "at_least": 1}
    (row,) = verdicts(
        tmp_path, factories.campaign(5), {**QUIET, "threading": ["failed", "invalid", "failed", "failed", "failed"]}, lost
    )
    assert (row.verdict, row.measured) == ("reproduced", 4.0)
    (row,) = verdicts(tmp_path, factories.campaign(5), QUIET, lost)
    assert (row.verdict, row.measured) == ("contradicted", 0.0)


def test_sweeps_are_judged_by_their_workers(tmp_path: Path) -> None:
    campaign = factories.campaign(
        5, contenders={"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [2, 8, 40]}}
    )
    spread = [1.0, 1.001, 1.002, 0.999, 1.0]
    times = {"sync": [9.0] * 5} | {f"threading/{n}": [t * s for s in spread] for n, t in ((2, 5.0), (8, 2.0), (40, 3.0))}
    optimum = {"claim": "8", "statement": "There.", "test": "optimum", "of": THREADS, "band": [5, 10]}
    flat = {"claim": "13", "statement": "Flat.", "test": "flatness", "of": {**THREADS, "workers": [8, 40]}, "within": 0.1}
    first, second = verdicts(tmp_path, campaign, times, optimum, flat)
    assert [first.verdict, second.verdict] == ["reproduced", "contradicted"]
    assert [first.measured, second.measured] == pytest.approx([1.5, 1.5], rel=0.01)


def test_a_claim_on_other_versions_of_python_is_inconclusive(tmp_path: Path) -> None:
    (row,) = verdicts(tmp_path, factories.campaign(5), QUIET, {**RATIO, "python": "<3.10"})
    assert (row.verdict, row.interpreter) == ("inconclusive", None)
    assert "it applies to Python <3.10 only, and this campaign ran Python 3.11.2" in row.reason


def test_the_rows_survive_their_table(tmp_path: Path) -> None:
    rows = verdicts(tmp_path, factories.campaign(5), QUIET, RATIO)
    write_table(tmp_path / "claims.csv", ClaimRow, rows)
    read = read_table(tmp_path / "claims.csv", ClaimRow)
    assert read["claim"].to_list() == ["3"]
    assert set(asdict(rows[0])) == set(read.columns)


def test_advice_to_measure_more_names_its_cost(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0, 4.4, 3.8, 4.2, 4.0], "threading": [2.5, 2.4, 2.6, 2.5, 2.7]}
    (row,) = verdicts(tmp_path, factories.campaign(5), times, {**RATIO, "band": [1.7, 2.5]})
    assert row.verdict == "inconclusive"
    assert re.search(r"the limit of 1.7; about \d+ blocks would decide it \(\d+ (s|min) longer\)\.$", row.reason)


VALUE = {"claim": "4", "statement": "It takes 4 s.", "test": "ratio", "of": SYNC, "band": [3.5, 4.5]}
START = {"claim": "5", "statement": "It is so.", "test": "effect", "of": {"probe": "start_cost", "metric": "thread_s"}}


def stopped_after(blocks: int) -> factories.Times:
    return {name: [*list(values[:1]) * blocks, *["missing"] * (17 - blocks)] for name, values in QUIET.items()}


def test_claims_of_a_campaign_with_looks_are_judged_at_the_last_look(tmp_path: Path) -> None:
    campaign = campaign_of({**CONFIG, "probes": ["start_cost"], "repetitions": factories.UNTIL_DECIDED})
    rows = verdicts(tmp_path, campaign, stopped_after(10), RATIO, VALUE, {**START, "at_least": 1}, thread_s=[2.0] * 12)
    assert [(row.verdict, row.blocks) for row in rows] == [("reproduced", 7), ("reproduced", 7), ("reproduced", 11)]
    assert {row.level for row in rows[:2]} == {1 - 2 / 2**7}


def test_before_the_first_look_claims_are_inconclusive(tmp_path: Path) -> None:
    (row,) = verdicts(tmp_path, factories.campaign(factories.UNTIL_DECIDED), stopped_after(6), RATIO)
    assert row.verdict == "inconclusive"
    assert row.reason.startswith("only 6 of 7 blocks have all runs")


def test_a_run_after_the_last_look_that_does_not_count_leaves_no_claim_open(tmp_path: Path) -> None:
    times: factories.Times = {"sync": stopped_after(10)["sync"], "threading": [*[2.0] * 8, "failed", *["missing"] * 8]}
    (row,) = verdicts(tmp_path, factories.campaign(factories.UNTIL_DECIDED), times, RATIO)
    assert (row.verdict, row.blocks) == ("reproduced", 7)
