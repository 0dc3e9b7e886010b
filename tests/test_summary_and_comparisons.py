"""From runs to summary, comparisons and the article's page, on made-up runs."""

from __future__ import annotations

from pathlib import Path

import factories
import pandas as pd
import pytest
from factories import tables

from article_table import page

TIMES: factories.Times = {"sync": [4.0, 6.0, 5.0], "threading": [2.0, 2.0, 10.0]}


def row(table: pd.DataFrame, contender: str) -> pd.Series:
    return table[table["contender"] == contender].iloc[0]


def test_a_point_is_summarised_by_its_best_and_its_median(tmp_path: Path) -> None:
    _, summary, _ = tables(tmp_path, factories.campaign(), TIMES)
    sync = row(summary, "sync")
    assert (sync["n"], sync["planned"], sync["best_s"], sync["median_s"], sync["mean_s"]) == (3, 3, 4.0, 5.0, 5.0)
    assert sync["best_of_n_s"] == pytest.approx((4 + 4 + 5) / 3)
    assert sync["stdev_s"] == pytest.approx(1.0)
    assert sync["cv"] == pytest.approx(0.2)


def test_runs_that_are_not_ok_are_counted_out(tmp_path: Path) -> None:
    _, summary, _ = tables(tmp_path, factories.campaign(), {"sync": [4.0, "failed", 5.0], "threading": ["invalid"] * 3})
    assert (row(summary, "sync")["n"], row(summary, "sync")["planned"], row(summary, "sync")["median_s"]) == (2, 3, 4.5)
    threading = row(summary, "threading")
    assert threading["n"] == 0
    assert threading[["best_s", "best_of_n_s", "median_s", "stdev_s"]].isna().all()


def test_points_come_in_the_order_of_the_config(tmp_path: Path) -> None:
    _, summary, _ = tables(tmp_path, factories.campaign(control="threading"), {**TIMES, "control": TIMES["threading"]})
    assert list(summary["contender"]) == ["sync", "threading", "control"]


def test_speed_ups_are_paired_within_blocks(tmp_path: Path) -> None:
    _, _, comparisons = tables(tmp_path, factories.campaign(), TIMES)
    threading = row(comparisons, "threading")
    assert (threading["baseline"], threading["blocks"]) == ("sync", 3)
    assert threading["speedup"] == pytest.approx(2.0)  # the median of 4/2, 6/2 and 5/10; that of the medians is 2.5
    assert threading["best_of_n_speedup"] == pytest.approx((13 / 3) / 2.0)
    assert row(comparisons, "sync")["speedup"] == 1.0


def test_a_block_in_which_one_of_the_two_failed_is_no_pair(tmp_path: Path) -> None:
    _, _, comparisons = tables(
        tmp_path, factories.campaign(), {"sync": [4.0, "failed", 5.0], "threading": [2.0, 1.0, "timeout"]}
    )
    threading = row(comparisons, "threading")
    assert (threading["blocks"], threading["speedup"]) == (1, 2.0)


def test_points_are_compared_within_their_size_only(tmp_path: Path) -> None:
    campaign = factories.campaign(sizes=[4, 8])
    _, summary, comparisons = tables(tmp_path, campaign, TIMES)
    assert list(comparisons["size"]) == list(summary["size"])
    assert (comparisons["speedup"] == [1.0, 1.0, 2.0, 2.0]).all()


def test_the_page_sets_the_articles_figures_beside_ours(tmp_path: Path) -> None:
    campaign = factories.campaign(article_s={"sync": 7.83, "threading": 10.41})
    text = page(campaign, *tables(tmp_path, campaign, TIMES))
    line = next(line for line in text.splitlines() if line.startswith("| threading"))
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells == ["threading", "2", "10.41", "2.00", "2.00", "0.752", "2.17", "3 of 3"]
    assert "## Notes" not in text


def test_the_page_lists_what_was_not_counted_and_why(tmp_path: Path) -> None:
    campaign = factories.campaign()
    text = page(campaign, *tables(tmp_path, campaign, {"sync": [4.0, "failed", 5.0], "threading": ["missing"] * 3}))
    assert "- Not counted, failed: cpu, sync, 1 workers, size 4, block 2: it is failed" in text
    assert text.count("Not counted") == 4


def test_the_page_says_when_the_origin_was_not_under_control(tmp_path: Path) -> None:
    campaign = factories.campaign()
    runs, summary, comparisons = tables(tmp_path, campaign, TIMES)
    assert "not under control" not in page(campaign, runs, summary, comparisons)
    runs["origin_controlled"] = False
    assert "not under control" in page(campaign, runs, summary, comparisons)
