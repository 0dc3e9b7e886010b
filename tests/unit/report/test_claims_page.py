"""Write the page of claims: one line per claim, with its verdict."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import factories
from support.judged import QUIET, RATIO, verdicts

from concbench.records.rows import ComparisonRow
from concbench.records.tables import read_table, write_table
from concbench.report.claims_page import page, servers_section


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
    assert "2 claims in 2 parts: 1 reproduced, 1 contradicted, 0 inconclusive." in text
    assert "chance would make at most 0.062 of 2 verdicts wrong on average" in text  # (1 - 0.9375) / 2 each
    line = next(line for line in text.splitlines() if line.startswith("| 3 "))
    assert [cell.strip() for cell in line.strip("|").split("|")] == [
        "3",
        "It is so.",
        "2.10",
        "2 [1.99, 2.01]",
        "✓ reproduced",
        "elapsed time of sync: 2 times that of threading with 2 workers (94 % CI 1.99 to 2.01), within 1.5 to 2.5.",
        "[cpu](figures/headline-cpu.png), [runs.csv](runs.csv)",
    ]


@pytest.mark.parametrize(
    ("near", "said"),
    [
        (2.1, "The server profile near reproduces all the article's speed-ups"),
        (5.0, "No server profile reproduces all the article's speed-ups"),
    ],
)
def test_the_page_says_which_server_gives_the_articles_ratios(near: float, said: str, tmp_path: Path) -> None:
    campaign = factories.campaign(5, article_s={"sync": 4.0, "threading": 2.0})
    rows = [
        ComparisonRow(experiment="cpu", contender="threading", server=server, speedup=speedup)
        for server, speedup in (("near", near), ("far", 9.0))
    ]
    write_table(tmp_path / "comparisons.csv", ComparisonRow, rows)
    parts = servers_section(campaign.experiments["cpu"], read_table(tmp_path / "comparisons.csv", ComparisonRow))
    assert parts[-1].startswith(said)
    assert f"{near:.2f}" in parts[1]
    assert "| the article's |" in parts[1]
