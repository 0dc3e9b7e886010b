"""Test verdicts at the limits of margin and confidence level."""

from __future__ import annotations

import pytest

from concbench.stats.intervals import Interval
from concbench.stats.verdicts import relative, verdict


def of(estimate: float, low: float, high: float, level: float = 0.95) -> str:
    return verdict(Interval(estimate, low, high, level), 0.05)


def test_beyond_one_is_faster_or_slower() -> None:
    assert of(1.5, 1.4, 1.6) == "faster"
    assert of(0.5, 0.4, 0.6) == "slower"


def test_within_the_margin_is_the_same() -> None:
    assert of(1.01, 0.97, 1.049) == "same"
    assert of(1.01, 1.001, 1.04) == "same"
    assert of(1.0, 1 / 1.05, 1.05) == "same"


@pytest.mark.parametrize(
    ("estimate", "low", "high"),
    [
        (1.0, 0.94, 1.01),
        (1.0, 0.99, 1.06),
        (1.0, 0.5, 2.0),
        (1.2, 0.99, 1.4),
        (0.8, 0.6, 1.01),
        (1.2, 1.0, 1.4),
        (0.8, 0.7, 1.0),
    ],
)
def test_an_interval_around_one_wider_than_the_margin_is_inconclusive(estimate: float, low: float, high: float) -> None:
    assert of(estimate, low, high) == "inconclusive"


def test_a_difference_that_is_certain_is_faster_even_within_the_margin() -> None:
    assert of(1.04, 1.01, 1.07) == "faster"
    assert of(1 / 1.04, 1 / 1.07, 1 / 1.01) == "slower"


def test_too_few_blocks_decide_nothing() -> None:
    assert of(4.0, 4.0, 4.0, level=0.75) == "inconclusive"
    assert of(4.0, 4.0, 4.0, level=0.93) == "faster"
    assert verdict(None, 0.05) == "inconclusive"


def test_a_relative_difference_has_no_direction() -> None:
    assert relative(0.1) == relative(-0.1) == pytest.approx(0.10517, abs=1e-5)
