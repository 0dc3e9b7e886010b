"""Test the short campaign of claims, without figures: every claim has a row, and at least half have a verdict."""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest
from support.pipeline import check_out

TIMEOUT_S = 1800


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    pipeline = check_out(tmp_path_factory, tmp_path_factory.mktemp("verdicts") / "checkout")
    alone = ("--config", "background_cpu_limit=1")  # other programs may run during tests
    finished = pipeline.run_alone(
        "tables", "results/verdicts-quick/claims.md", "--configfile", "config/verdicts_quick.yaml", *alone, timeout_s=TIMEOUT_S
    )
    assert finished.returncode == 0, finished.stderr
    table = pipeline.folder / "results" / "verdicts-quick" / "claims.csv"
    assert table.with_suffix(".md").exists()
    with table.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def by_number(rows: list[dict[str, str]]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        found[int(row["claim"].rstrip("abcd"))].add(row["verdict"])
    return found


def test_every_claim_is_answered_or_says_why_not(rows: list[dict[str, str]]) -> None:
    assert set(by_number(rows)) == set(range(1, 44))
    assert all(row["verdict"] in ("reproduced", "contradicted", "inconclusive") for row in rows)
    assert all(len(row["reason"]) > 20 for row in rows)


def test_at_least_half_of_the_claims_get_a_verdict(rows: list[dict[str, str]]) -> None:
    decided = [number for number, verdicts in by_number(rows).items() if verdicts & {"reproduced", "contradicted"}]
    assert len(decided) >= 22


def test_what_holds_on_any_machine_is_found(rows: list[dict[str, str]]) -> None:
    verdicts = {row["claim"]: row["verdict"] for row in rows}
    assert verdicts["28a"] == "contradicted"
    assert {verdicts[claim] for claim in ("12b", "17a", "35", "36a")} == {"reproduced"}


def test_no_verdict_rests_on_fewer_blocks_than_asked_for(rows: list[dict[str, str]]) -> None:
    assert {row["blocks"] for row in rows if row["verdict"] != "inconclusive"} == {"5"}
