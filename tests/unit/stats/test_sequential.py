"""Test repeated confidence intervals against enumeration."""

from __future__ import annotations

from itertools import combinations_with_replacement, product
from math import nan

import numpy as np
import pytest

from concbench.stats.intervals import Interval, median_interval, signed_rank_interval
from concbench.stats.looks import Looks
from concbench.stats.sequential import SIGNED_RANKS, SIGNS, Method, campaign_interval, within

LOOKS = Looks(7, 50)
VALUES = list(np.random.default_rng(3).normal(0.3, 1, 50))


def interval(values: list[float], looks: Looks | None = LOOKS, method: Method = SIGNED_RANKS) -> Interval:
    found = campaign_interval(values, method, looks)
    assert found
    return found


def walsh(values: list[float]) -> list[float]:
    return sorted((one + other) / 2 for one, other in combinations_with_replacement(values, 2))


def test_each_look_leaves_out_as_many_walsh_averages_as_the_error_allows() -> None:
    left_out = {7: 0, 11: 4, 17: 21, 26: 71, 39: 200, 50: 361}
    low, high = -np.inf, np.inf
    for blocks, out in left_out.items():
        averages = walsh(VALUES[:blocks])
        low, high = max(low, averages[out]), min(high, averages[-1 - out])
        found = interval(VALUES[:blocks])
        assert (found.low, found.high) == pytest.approx((low, high))


def test_the_level_falls_by_what_each_look_spends() -> None:
    levels = [interval(VALUES[:blocks]).level for blocks in LOOKS.blocks]
    assert levels[0] == 1 - 2 / 2**7
    assert levels == sorted(levels, reverse=True)
    assert 0.95 <= levels[-1] < 0.951


@pytest.mark.parametrize("method", [SIGNED_RANKS, SIGNS])
def test_the_truth_is_missed_at_some_look_as_often_as_the_level_says(method: Method) -> None:
    missed = 0
    for signs in product((-1, 1), repeat=11):
        values = [float(sign * size) for size, sign in enumerate(signs, start=1)]
        found = [interval(values[:blocks], Looks(7, 11), method) for blocks in (7, 11)]
        missed += any(not one.low <= 0 <= one.high for one in found)
    spent = 1 - interval(VALUES[:11], Looks(7, 11), method).level
    assert 2 / 2**7 < missed / 2**11 <= spent <= 0.05


def test_between_looks_nothing_changes() -> None:
    assert interval(VALUES[:16]) == interval(VALUES[:11])
    assert campaign_interval(VALUES, SIGNED_RANKS, LOOKS, measured=16) == interval(VALUES[:11])


def test_before_the_first_look_there_is_an_estimate_alone() -> None:
    assert interval([1.0, 2.0, 3.0]) == Interval(2.0, 2.0, 2.0, 0.0)
    assert campaign_interval(VALUES, SIGNED_RANKS, LOOKS, measured=6) == Interval.without_ends(float(np.median(walsh(VALUES))))


def test_blocks_without_a_value_leave_what_they_would_have_spent_to_the_next_look() -> None:
    gaps = [*VALUES[:3], nan, *VALUES[4:11]]
    assert interval(gaps[:7]).level == 0  # 6 values would spend 2 / 2**6
    there = [value for value in gaps if value == value]
    out = 5  # the most of 10 values: 2 P(T <= 5) = 20 / 2**10 is within 0.0225, 2 P(T <= 6) = 28 / 2**10 is not
    assert (interval(gaps).low, interval(gaps).high) == pytest.approx((walsh(there)[out], walsh(there)[-1 - out]))
    assert interval(gaps).level == 1 - 20 / 2**10


def test_without_values_there_is_nothing() -> None:
    assert campaign_interval([], SIGNED_RANKS, LOOKS) is None
    assert campaign_interval([nan] * 9, SIGNS, LOOKS) is None
    assert campaign_interval([nan], SIGNS, None) is None


def test_an_estimate_lies_in_its_interval() -> None:
    found = interval([10.0] * 6 + [11.0] + [0.0] * 4)
    assert found.low <= found.estimate <= found.high


def test_of_two_intervals_without_a_common_part_the_later_one_counts() -> None:
    before, now = Interval(2.0, 1.0, 3.0, 0.98), Interval(5.0, 4.0, 6.0, 0.97)
    assert within(before, now) == now


def test_a_campaign_with_one_look_has_the_interval_of_that_look() -> None:
    assert campaign_interval([*VALUES[:8], nan], SIGNED_RANKS, None) == signed_rank_interval(VALUES[:8])
    assert campaign_interval(VALUES[:9], SIGNS, None) == median_interval(VALUES[:9])
