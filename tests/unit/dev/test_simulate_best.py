"""Test the choice of the best and the scaling laws in a short form of their simulations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dev import simulate_best, simulate_scaling
from dev.simulate_best import Choice, Disturbance
from dev.simulate_scaling import Predicted, Sweep


@pytest.mark.parametrize(
    "choice",
    [Choice(10, 6, 0.05), Choice(10, 6, 0.05, disturbance=Disturbance.TWO_SPEEDS), Choice(8, 6, 0.15, sweep=True)],
    ids=str,
)
def test_equals_are_rarely_distinguished(choice: Choice) -> None:
    assert simulate_best.missed(simulate_best.simulate(choice, 40, seed=2)) == ""


def test_what_is_twice_as_slow_is_distinguished_from_the_best_of_ten() -> None:
    found = simulate_best.simulate(Choice(10, 6, 0.05, slower=1.0), 10, seed=1)
    assert found.apart > 0.95
    assert simulate_best.missed(replace(found, choice=replace(found.choice, slower=0.0))) == "distinguished in more than 5%"


@pytest.mark.parametrize("noise", [0.01, 0.05])
def test_an_optimum_within_the_law_is_covered(noise: float) -> None:
    assert simulate_scaling.missed(simulate_scaling.simulate(Sweep("the law, optimum inside", 10, noise), 20, seed=3)) == ""


def test_an_optimum_outside_the_law_is_rarely_given() -> None:
    found = simulate_scaling.simulate(Sweep("a limit of 45 connections", 10, 0.05), 20, seed=3)
    assert found.poor > 0.8
    beyond = simulate_scaling.simulate(Sweep("the law, no optimum", 10, 0.05), 20, seed=3)
    assert beyond.given < 0.2


def test_a_target_that_is_missed_is_named() -> None:
    fair = Predicted(Sweep("the law, optimum inside", 10, 0.05), 1000, poor=0.07, given=0.9, covered=0.95)
    assert simulate_scaling.missed(fair) == ""
    assert simulate_scaling.missed(replace(fair, poor=0.2)) == "rejected in more than 10%"
    assert simulate_scaling.missed(replace(fair, covered=0.5)) == "covered less than 90%"
