"""Test the verdicts at all looks in a short form of their simulation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dev.simulate_looks import Disturbance, Outcome, Truth, missed, simulate

CAMPAIGNS = 40


@pytest.mark.parametrize(
    "truth",
    [
        Truth(0.05),
        Truth(0.01, disturbance=Disturbance.TWO_SPEEDS, stays=0.8),
        Truth(0.05, speedup=1.1, most_blocks=13),  # few campaigns: the mean is uncertain
    ],
    ids=str,
)
def test_a_short_simulation_keeps_its_targets(truth: Truth) -> None:
    assert missed(simulate(truth, CAMPAIGNS, seed=2)) == ""


FAIR = Outcome(Truth(0.05), 4000, wrong=0.03, covered=0.96, decided=0.9, blocks=30)
CLEAR = Truth(0.05, speedup=1.1, most_blocks=11)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ""),
        ({"wrong": 0.06}, "wrong in more than 5%"),
        ({"wrong": 0.9, "truth": Truth(0.05, disturbance=Disturbance.CARRIED_BY_RIVAL)}, ""),
        ({"covered": 0.94}, "covered in less than 95%"),
        ({"truth": CLEAR, "blocks": 9.5}, "decided in less than 99%"),
        ({"truth": CLEAR, "decided": 0.995, "blocks": 11.5}, "more than 11 blocks"),
        ({"truth": CLEAR, "decided": 0.995, "blocks": 10.5}, ""),
    ],
)
def test_a_target_that_is_missed_is_named(changed: dict[str, object], expected: str) -> None:
    assert missed(replace(FAIR, **changed)) == expected  # type: ignore[arg-type]
