"""Test the agreement with pyperf on synthetic times, and on one real sum with each."""

from __future__ import annotations

import pytest

from dev.against_pyperf import agreement, ours_s, pyperf_s


def test_overlapping_intervals_agree() -> None:
    found = agreement([(0.25 + 0.01 * i, 0.251 + 0.01 * i) for i in range(6)])
    assert found.gap == 0
    assert found.ratio.estimate == pytest.approx(0.996, abs=0.001)


def test_intervals_apart_do_not() -> None:
    found = agreement([(0.25, 0.30), (0.26, 0.31), (0.25, 0.30), (0.26, 0.31), (0.25, 0.31), (0.26, 0.30)])
    assert found.gap == pytest.approx(0.30 / 0.26 - 1)


def test_both_measure_the_same_function() -> None:
    """On a busy machine one may take ten times as long; a call that does nothing would take a thousandth."""
    assert 0.01 < ours_s(20_000, 3) / pyperf_s(20_000, 3) < 100
