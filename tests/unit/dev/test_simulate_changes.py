"""Test the comparison of campaigns in a short form of its simulation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dev.simulate_changes import Outcome, Truth, missed, simulate


@pytest.mark.parametrize(
    "truth",
    [
        Truth(8, 5, 0.15, machine=0.1),
        Truth(8, 5, slower=1.0, changed=8),
        Truth(8, 6, 0.15, paired=True),
        Truth(3, 17, until_decided=True),
        Truth(2, 17, paired=True, until_decided=True),
    ],
    ids=str,
)
def test_a_short_simulation_keeps_its_targets(truth: Truth) -> None:
    assert missed(simulate(truth, 20, seed=3)) == ""


def test_a_regression_of_one_configuration_is_found() -> None:
    assert simulate(Truth(8, 10, slower=0.2, changed=1), 8, seed=1).regressed == 1


FAIR = Outcome(Truth(8, 10), 1000, regressed=0.03, fine=0.5, fine_if_allowed=0.9)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ""),
        ({"regressed": 0.08}, "called slower more than 5%"),
        ({"truth": Truth(8, 5, slower=1.0, changed=8), "regressed": 0.999}, "not always found"),
        ({"truth": Truth(8, 10, slower=0.2, changed=1), "regressed": 0.8}, "found less than 90%"),
        ({"truth": Truth(8, 5, slower=0.2, changed=1), "regressed": 0.5, "fine_if_allowed": 0.0}, ""),
        ({"truth": Truth(8, 20, slower=0.1, changed=1), "fine_if_allowed": 0.1}, "passed as allowed more than 5%"),
    ],
)
def test_a_target_that_is_missed_is_named(changed: dict[str, object], expected: str) -> None:
    assert missed(replace(FAIR, **changed)) == expected  # type: ignore[arg-type]
