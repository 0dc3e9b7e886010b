"""Summarise synthetic runs: best of N, median, and which runs count."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import factories
from support.factories import tables
from support.one_row import TIMES, row


def test_a_configuration_is_summarized_by_its_best_and_its_median(tmp_path: Path) -> None:
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


def test_configurations_come_in_the_order_of_the_config(tmp_path: Path) -> None:
    _, summary, _ = tables(tmp_path, factories.campaign(control="threading"), {**TIMES, "control": TIMES["threading"]})
    assert list(summary["contender"]) == ["sync", "threading", "control"]


def test_the_median_of_a_campaign_with_looks_is_that_at_the_last_look(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [*map(float, range(1, 11)), *["missing"] * 7], "threading": ["missing"] * 17}
    _, summary, _ = tables(tmp_path, factories.campaign(factories.UNTIL_DECIDED), times)
    sync = row(summary, "sync")
    assert sync[["median_s", "median_low_s", "median_high_s", "median_level"]].to_list() == [4.0, 1.0, 7.0, 1 - 2 / 2**7]
    assert row(summary, "threading")[["median_s", "median_level"]].isna().all()
