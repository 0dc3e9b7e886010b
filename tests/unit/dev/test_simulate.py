"""Test confidence intervals and verdicts in a short form of the simulations of `make validate`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dev.simulate import DRIFT, OUTLIERS, Outcome, Truth, missed, simulate, within

CAMPAIGNS = 300


@pytest.mark.parametrize(
    "truth",
    [
        Truth(5, 0.05),
        Truth(5, 0.01, drift=DRIFT, outliers=OUTLIERS),
        Truth(10, 0.2, outliers=OUTLIERS),
        Truth(10, 0.05, speedup=1.1),
        Truth(30, 0.05, drift=DRIFT),
    ],
    ids=str,
)
def test_a_short_simulation_keeps_its_bars(truth: Truth) -> None:
    assert missed(simulate(truth, CAMPAIGNS, seed=2)) == ""


def test_equal_contenders_and_different_ones_are_told_apart() -> None:
    assert simulate(Truth(10, 0.05), 100, seed=1).called < 0.2
    assert simulate(Truth(10, 0.05, speedup=1.3), 100, seed=1).called > 0.95


FAIR = Outcome(Truth(5, 0.05), 1000, level=0.94, covered=0.94, called=0.06, median_covered=0.94)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ""),
        ({"covered": 0.90}, "covered outside 93% to 97%"),
        ({"covered": 0.99}, "covered outside 93% to 97%"),
        ({"called": 0.09}, "called more than 7%"),
        ({"truth": Truth(10, 0.05), "called": 0.07}, "called more than 5%"),
        ({"truth": Truth(10, 0.05, speedup=1.1), "called": 0.7}, "found less than 80%"),
        ({"truth": Truth(10, 0.05, speedup=1.1), "called": 0.9}, ""),
        ({"truth": Truth(5, 0.05, rival_outliers=0.1), "covered": 0.5}, ""),
    ],
)
def test_a_bar_that_is_missed_is_named(changed: dict[str, object], expected: str) -> None:
    assert missed(replace(FAIR, **changed)) == expected  # type: ignore[arg-type]


def test_a_share_meets_its_target_within_the_error_of_the_simulation() -> None:
    assert within(0.055, 0, 0.05, campaigns=1000)
    assert not within(0.055, 0, 0.05, campaigns=10_000)
