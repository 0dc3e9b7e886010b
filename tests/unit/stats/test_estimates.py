"""Test estimates against enumeration."""

from __future__ import annotations

from itertools import combinations
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.stats.estimates import best_of

times = st.lists(st.floats(0.001, 1000), min_size=1, max_size=9)


@given(times, st.integers(1, 9))
def test_best_of_is_the_mean_over_all_choices(values: list[float], n: int) -> None:
    expected = mean(min(choice) for choice in combinations(values, n)) if n <= len(values) else None
    assert best_of(n, values) == (expected if expected is None else pytest.approx(expected))


def test_best_of_all_runs_is_the_fastest() -> None:
    assert best_of(3, [3.0, 1.0, 2.0]) == 1.0


def test_best_of_one_is_the_mean() -> None:
    assert best_of(1, [3.0, 1.0, 2.0]) == pytest.approx(2.0)


def test_best_of_more_than_there_are_is_unknown() -> None:
    assert best_of(3, [1.0, 2.0]) is None
