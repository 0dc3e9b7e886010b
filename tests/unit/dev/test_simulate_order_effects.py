"""Test the warning of order effects in a short form of its simulation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dev.simulate_looks import Disturbance, Truth
from dev.simulate_order_effects import Kind, Outcome, missed, simulate

CARRIED = Truth(0.05, disturbance=Disturbance.CARRIED_BY_THIRD, contenders=6)


@pytest.mark.parametrize(
    "kind",
    [
        Kind(Truth(0.05, contenders=6), 10),
        Kind(Truth(0.01, disturbance=Disturbance.TWO_SPEEDS, stays=0.8, contenders=3), 10),
        Kind(CARRIED, 10),
    ],
    ids=str,
)
def test_a_short_simulation_keeps_its_targets(kind: Kind) -> None:
    assert missed(simulate(kind, 40, seed=2)) == ""


@pytest.mark.parametrize(
    ("kind", "changed", "expected"),
    [
        (Kind(Truth(0.05, contenders=6), 10), {}, ""),
        (Kind(Truth(0.05, contenders=6), 10), {"warned": 0.04}, "warned in more than 2%"),
        (Kind(CARRIED, 10), {"found": 0.9, "warned": 0.9}, ""),
        (Kind(CARRIED, 10), {"found": 0.7, "warned": 0.9}, "found in less than 80%"),
        (Kind(replace(CARRIED, contenders=3), 10), {"found": 0.3, "warned": 0.3}, ""),
    ],
)
def test_a_target_that_is_missed_is_named(kind: Kind, changed: dict[str, float], expected: str) -> None:
    assert missed(replace(Outcome(kind, 1000, warned=0.01, found=0.01), **changed)) == expected  # type: ignore[arg-type]
