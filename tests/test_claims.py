"""Claims read from their file, bound to a campaign, judged on synthetic runs, and set out on a page."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import factories

from concbench.campaign.campaign import Campaign
from concbench.campaign.config_file import ConfigError, read_config
from concbench.campaign.reader import campaign_of
from concbench.claims.claim import Claim
from concbench.claims.judge import judge
from concbench.claims.reader import read_claims
from concbench.records.rows import ClaimRow, ComparisonRow, ProbeRow
from concbench.records.tables import read_table, write_table
from concbench.report.claims_page import page, servers_section

SYNC = {"experiment": "cpu", "contender": "sync"}
THREADS = {"experiment": "cpu", "contender": "threading"}
RATIO = {"claim": "3", "statement": "It is so.", "test": "ratio", "of": SYNC, "to": THREADS, "band": [1.5, 2.5]}
QUIET: factories.Times = {"sync": [4.0, 4.01, 4.02, 4.01, 4.0], "threading": [2.0, 2.01, 2.0, 2.02, 2.0]}


def claims_of(folder: Path, campaign: Campaign, *claims: dict[str, Any]) -> list[Claim]:
    path = folder / "claims.yaml"
    path.write_text(yaml.safe_dump({"claims": list(claims)}))
    return read_claims(path, campaign, cpus=2)


def probes(folder: Path, **metrics: list[float | None]) -> Any:
    rows = [
        ProbeRow(
            probe="start_cost",
            interpreter="default",
            block=block,
            metric=metric,
            value=value,
            unit="s",
            status="ok" if value is not None else "failed",
            reason=None if value is not None else "no thread",
        )
        for metric, values in metrics.items()
        for block, value in enumerate(values, start=1)
    ]
    write_table(folder / "probes.csv", ProbeRow, rows)
    return read_table(folder / "probes.csv", ProbeRow)


def verdicts(
    folder: Path, campaign: Campaign, times: factories.Times, *claims: dict[str, Any], **metrics: list[float | None]
) -> list[ClaimRow]:
    runs = factories.runs_table(folder, campaign, times)
    runs["python_version"] = "3.11.2"
    return list(judge(campaign, claims_of(folder, campaign, *claims), runs, probes(folder, **metrics)))


def test_a_claim_is_answered_from_the_runs(tmp_path: Path) -> None:
    (row,) = verdicts(tmp_path, factories.campaign(5), QUIET, {**RATIO, "article": 2.1})
    assert (row.verdict, row.blocks, row.interpreter, row.article) == ("reproduced", 5, "default", 2.1)
    assert row.measured == pytest.approx(2.0, rel=0.01)
    assert row.evidence == "cpu-sync-w1-n4-default cpu-threading-w2-n4-default"
    assert row.reason == "sync ÷ threading (2 workers) is 2 [1.99, 2.01], within 1.5 to 2.5."


@pytest.mark.parametrize("status", ["failed", "interfered", "missing", "server-bound"])
def test_a_run_that_does_not_count_leaves_a_claim_open(status: str, tmp_path: Path) -> None:
    times: factories.Times = {**QUIET, "threading": [2.0, status, 2.0, 2.0, 2.0]}
    (row,) = verdicts(tmp_path, factories.campaign(5), times, RATIO)
    assert row.verdict == "inconclusive"
    assert row.reason.startswith(f"block 2 of threading (2 workers) is {status}")
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
    assert (row.verdict, "5 would" in row.reason) == ("inconclusive", True)


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


CONFIG: dict[str, Any] = {
    "campaign": "synthetic",
    "experiments": {
        "cpu": {
            "workload": "sum_squares",
            "sizes": [4],
            "baseline": "sync",
            "contenders": {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [2]}},
        }
    },
}
OF_PROBE = {"claim": "12", "statement": "It is so.", "test": "effect", "of": {"probe": "start_cost", "metric": "thread_s"}}


def test_a_claim_is_answered_from_probes(tmp_path: Path) -> None:
    campaign = campaign_of({**CONFIG, "probes": ["start_cost"], "repetitions": 5})
    ten_times = {**OF_PROBE, "to": {"probe": "start_cost", "metric": "task_s"}, "at_least": 10}
    (row,) = verdicts(tmp_path, campaign, QUIET, ten_times, thread_s=[5.0, 5.1, 5.0, 5.2, 5.0], task_s=[0.1] * 5)
    assert (row.verdict, row.evidence) == ("reproduced", "start_cost:thread_s start_cost:task_s")
    (row,) = verdicts(tmp_path, campaign, QUIET, ten_times, thread_s=[5.0, None, 5.0, 5.2, 5.0], task_s=[0.1] * 5)
    assert (row.verdict, row.reason.startswith("thread_s: no thread")) == ("inconclusive", True)
    (row,) = verdicts(tmp_path, campaign, QUIET, ten_times, task_s=[0.1] * 5)
    assert row.reason.startswith("the probe start_cost gave no thread_s")


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


def test_a_claim_of_other_versions_of_python_is_open_and_says_so(tmp_path: Path) -> None:
    (row,) = verdicts(tmp_path, factories.campaign(5), QUIET, {**RATIO, "python": "<3.10"})
    assert (row.verdict, row.interpreter) == ("inconclusive", None)
    assert "it speaks of Python <3.10, and the campaign has default 3.11.2" in row.reason


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (
            {"of": {"experiment": "io", "contender": "sync"}},
            'claims[0].of.experiment: "io": expected one of the campaign\'s: cpu',
        ),
        (
            {"of": {**SYNC, "contender": "trio"}},
            'claims[0].of.contender: "trio": expected one of the contenders of cpu: sync, thr',
        ),
        (
            {"of": {**SYNC, "size": 5}},
            "expected a configuration that the campaign measures; no server, size or workers is like this",
        ),
        (
            {"of": {**SYNC, "column": "status"}},
            'claims[0].of.column: "status": expected a column of runs.csv that holds numbers',
        ),
        ({"of": {"probe": "start_cost", "metric": "x"}}, "expected one of the campaign's probes: none, as probes: is empty"),
        ({"of": {}}, "expected an experiment and a contender, or a probe and a metric"),
        ({"test": "equality"}, "claims[0].within: missing; equality needs it"),
        ({"within": 0.1}, "claims[0].within: unknown key"),
        ({"band": [3, 2]}, "expected the lower end first"),
        ({"band": [3]}, "claims[0].band: [3]: expected"),
        ({"test": "guess"}, 'claims[0].test: "guess": expected the kind of test; one of order, ratio, equality'),
        ({"python": "three"}, 'claims[0].python: "three": expected versions such as'),
        ({"claim": "x"}, 'claims[0].claim: "x": expected its number'),
        ({"test": "optimum", "to": None}, "claims[0].to"),
    ],
)
def test_what_cannot_be_tested_is_said(changed: dict[str, Any], problem: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        claims_of(tmp_path, factories.campaign(), {**RATIO, **changed})
    assert problem in str(error.value)


def test_of_several_configurations_one_must_be_named(tmp_path: Path) -> None:
    campaign = factories.campaign(sizes=[4, 8])
    with pytest.raises(ConfigError, match=r"one configuration; name also size \(4, 8\)"):
        claims_of(tmp_path, campaign, RATIO)
    assert claims_of(tmp_path, campaign, {**RATIO, "of": {**SYNC, "size": 4}, "to": {**THREADS, "size": 4}})


def test_a_number_given_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="3 is given twice"):
        claims_of(tmp_path, factories.campaign(), RATIO, RATIO)


def test_a_campaign_may_leave_claims_open(tmp_path: Path) -> None:
    campaign = campaign_of({**CONFIG, "repetitions": 5, "all_claims": False})
    (row,) = verdicts(tmp_path, campaign, QUIET, {**RATIO, "of": {"experiment": "io", "contender": "sync"}})
    assert row.verdict == "inconclusive"
    assert "this campaign doesn't measure it" in row.reason


def articles_campaign() -> Campaign:
    return campaign_of(read_config(Path("config/verdicts.yaml")))


def test_every_claim_of_the_article_can_be_tested() -> None:
    claims = read_claims(Path("config/claims.yaml"), articles_campaign(), cpus=2)
    assert {int(claim.claim.rstrip("abcdef")) for claim in claims} == set(range(1, 44))
    assert all(claim.unmeasured is None for claim in claims)


def test_every_cause_can_be_filled_in() -> None:
    for claim in read_claims(Path("config/claims.yaml"), articles_campaign(), cpus=2):
        if claim.because:
            assert "{" not in claim.because.format(**dict.fromkeys(claim.figures, "1"))


def test_a_bar_in_a_statement_is_no_cell(tmp_path: Path) -> None:
    campaign = factories.campaign(5)
    rows = verdicts(tmp_path, campaign, QUIET, {**RATIO, "statement": "a | b"})
    _, _, comparisons = factories.tables(tmp_path, campaign, QUIET)
    assert "| a \\| b " in page(campaign, rows, comparisons)


def test_the_page_has_a_line_for_each_claim(tmp_path: Path) -> None:
    campaign = factories.campaign(5)
    rows = verdicts(tmp_path, campaign, QUIET, {**RATIO, "article": 2.1}, {**RATIO, "claim": "4", "band": [3, 4]})
    _, _, comparisons = factories.tables(tmp_path, campaign, QUIET)
    text = page(campaign, rows, comparisons)
    assert "2 claims, in 2 parts: 1 reproduced, 1 contradicted, 0 inconclusive." in text
    line = next(line for line in text.splitlines() if line.startswith("| 3 "))
    assert [cell.strip() for cell in line.strip("|").split("|")] == [
        "3",
        "It is so.",
        "default",
        "2.10",
        "2 [1.99, 2.01]",
        "✓ reproduced",
        "sync ÷ threading (2 workers) is 2 [1.99, 2.01], within 1.5 to 2.5.",
        "[cpu](figures/headline-cpu.png), [runs.csv](runs.csv)",
    ]


@pytest.mark.parametrize(
    ("near", "said"),
    [(2.1, "The profile near gives all of the article's ratios"), (5.0, "No profile gives all of the article's ratios")],
)
def test_the_page_says_which_server_gives_the_articles_ratios(near: float, said: str, tmp_path: Path) -> None:
    campaign = factories.campaign(5, article_s={"sync": 4.0, "threading": 2.0})
    rows = [
        ComparisonRow(experiment="cpu", contender="threading", server=server, best_of_n_speedup=speedup)
        for server, speedup in (("near", near), ("far", 9.0))
    ]
    write_table(tmp_path / "comparisons.csv", ComparisonRow, rows)
    parts = servers_section(campaign.experiments["cpu"], read_table(tmp_path / "comparisons.csv", ComparisonRow))
    assert parts[-1].startswith(said)
    assert "| the article's |" in parts[1]


def test_the_rows_survive_their_table(tmp_path: Path) -> None:
    rows = verdicts(tmp_path, factories.campaign(5), QUIET, RATIO)
    write_table(tmp_path / "claims.csv", ClaimRow, rows)
    read = read_table(tmp_path / "claims.csv", ClaimRow)
    assert read["claim"].to_list() == ["3"]
    assert set(asdict(rows[0])) == set(read.columns)
