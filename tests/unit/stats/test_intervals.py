"""Test confidence intervals against enumeration, SciPy's tests and a short simulation."""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement, pairwise, product
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from concbench.stats.intervals import (
    EXACT_PAIRS,
    EXACT_VALUES,
    Cut,
    Interval,
    median_interval,
    rank_sum_p,
    rank_sum_tails,
    shift_interval,
    signed_rank_interval,
    signed_rank_tails,
)

samples = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12)


@pytest.mark.parametrize("n", range(1, 8))
def test_the_signed_rank_distribution_is_that_of_all_signs(n: int) -> None:
    sums = [sum(rank for rank, sign in enumerate(signs, start=1) if sign) for signs in product((0, 1), repeat=n)]
    expected = [np.mean([total <= t for total in sums]) for t in range(n * (n + 1) // 2 + 1)]
    assert list(signed_rank_tails(n)) == pytest.approx(expected)


@pytest.mark.parametrize(("m", "n"), [(1, 1), (2, 3), (3, 2), (4, 4), (5, 3)])
def test_the_rank_sum_distribution_is_that_of_all_orders(m: int, n: int) -> None:
    pairs = [sum(i - place for place, i in enumerate(chosen)) for chosen in combinations(range(m + n), m)]
    expected = [np.mean([u <= t for u in pairs]) for t in range(m * n + 1)]
    assert list(rank_sum_tails(m, n)) == pytest.approx(expected)


def test_large_samples_stay_exact() -> None:
    tails = rank_sum_tails(60, 60)
    assert tails[-1] == 1
    assert all(early <= late for early, late in pairwise(tails))
    assert tails[1800] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(("m", "n"), [(50, 51), (40, 70), (20, 130), (60, 60)])
def test_the_normal_approximation_takes_over_without_a_step(m: int, n: int) -> None:
    assert m * n > EXACT_PAIRS
    exact = Cut.exact(rank_sum_tails(m, n), 0.95)
    near = Cut.normal(m * n / 2, sqrt(m * n * (m + n + 1) / 12), 0.95)
    assert near.out == pytest.approx(exact.out, abs=1)
    assert near.level == pytest.approx(exact.level, abs=1e-3)
    above = EXACT_VALUES + m
    signed = Cut.exact(signed_rank_tails(above), 0.95)
    normal = Cut.normal(above * (above + 1) / 4, sqrt(above * (above + 1) * (2 * above + 1) / 24), 0.95)
    assert normal.out == pytest.approx(signed.out, abs=1)
    assert normal.level == pytest.approx(signed.level, abs=1e-3)


@pytest.mark.parametrize(
    ("n", "level", "out", "attained"),
    [
        (5, 0.95, 0, 1 - 2 / 32),
        (6, 0.95, 1, 1 - 4 / 64),  # nearer than 1 - 2/64
        (6, 0.99, 0, 1 - 2 / 64),
        (10, 0.95, 8, 1 - 50 / 1024),
        (1, 0.95, 0, 0.0),
    ],
)
def test_cuts_are_the_critical_values_of_the_tables(n: int, level: float, out: int, attained: float) -> None:
    assert Cut.exact(signed_rank_tails(n), level) == Cut(out, pytest.approx(attained))  # type: ignore[arg-type]


few = st.lists(st.integers(0, 4), min_size=1, max_size=5)


@given(few, few)
def test_the_rank_sum_p_is_that_of_all_choices_whatever_is_tied(ones: list[int], others: list[int]) -> None:
    both, ranks = [*ones, *others], stats.rankdata([*ones, *others])
    sums = [sum(ranks[i] for i in chosen) for chosen in combinations(range(len(both)), len(ones))]
    own = sum(ranks[: len(ones)])
    expected = min(1, 2 * min(np.mean([one <= own for one in sums]), np.mean([one >= own for one in sums])))
    assert rank_sum_p(ones, others) == pytest.approx(expected)


@pytest.mark.parametrize(("m", "n"), [(4, 9), (12, 5), (30, 33), (50, 50)])
def test_the_rank_sum_p_is_scipys_exact_one(m: int, n: int) -> None:
    random = np.random.default_rng(m)
    ones, others = random.normal(0.4, 1, m), random.normal(0, 1, n)
    assert rank_sum_p(list(ones), list(others)) == pytest.approx(stats.mannwhitneyu(ones, others, method="exact").pvalue)


@pytest.mark.parametrize(("m", "n", "decimals"), [(80, 70, 9), (80, 70, 1), (600, 550, 9), (1000, 1000, 2), (1000, 1000, 0)])
def test_the_rank_sum_p_of_many_is_scipys_asymptotic_one(m: int, n: int, decimals: int) -> None:
    random = np.random.default_rng(m)
    ones, others = random.normal(0.1, 1, m).round(decimals), random.normal(0, 1, n).round(decimals)
    assert rank_sum_p(list(ones), list(others)) == pytest.approx(stats.mannwhitneyu(ones, others, method="asymptotic").pvalue)


@pytest.mark.parametrize("n", [1, 7, 200])
def test_what_is_all_the_same_has_not_shifted(n: int) -> None:
    assert rank_sum_p([3.5] * n, [3.5] * n) == 1


def test_intervals_of_very_many_values_are_found() -> None:
    random = np.random.default_rng(11)
    ones, others = random.normal(0.3, 1, 1100), random.normal(0, 1, 1000)
    for found in (shift_interval(list(ones), list(others)), signed_rank_interval(list(ones))):
        assert found is not None
        assert found.low < 0.3 < found.high
        assert found.level == pytest.approx(0.95, abs=1e-4)


@pytest.mark.parametrize("n", [EXACT_VALUES, 150])
def test_the_limits_of_many_values_are_those_of_the_exact_distribution(n: int) -> None:
    values = np.random.default_rng(3).normal(0, 1, n)
    found, cut = signed_rank_interval(list(values)), Cut.exact(signed_rank_tails(n), 0.95)
    assert found is not None
    walsh = sorted((one + other) / 2 for one, other in combinations_with_replacement(values, 2))
    off = 1 if n > EXACT_VALUES else 0  # the normal approximation may leave out one more or less
    assert walsh[cut.out - off] <= found.low <= walsh[cut.out + off]
    assert walsh[-1 - cut.out - off] <= found.high <= walsh[-1 - cut.out + off]
    assert found.level == pytest.approx(cut.level, abs=5e-4 if off else 1e-12)


@given(samples)
def test_the_interval_holds_its_estimate(values: list[float]) -> None:
    for interval in (signed_rank_interval(values), median_interval(values)):
        assert interval is not None
        assert interval.low <= interval.estimate <= interval.high


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=12, unique=True), st.integers(-50, 50))
def test_a_shift_of_all_values_shifts_the_interval(values: list[int], shift: int) -> None:
    before, after = signed_rank_interval(values), signed_rank_interval([value + shift for value in values])
    assert before is not None
    assert after == Interval(before.estimate + shift, before.low + shift, before.high + shift, before.level)


def edges(interval: Interval) -> list[tuple[float, bool]]:
    """Return values just inside and just outside an interval, each with whether it is inside."""
    low, high = interval.low, interval.high
    return [(low + 1e-9, True), (high - 1e-9, True), (low - 1e-9, False), (high + 1e-9, False)]


def test_the_interval_is_what_the_signed_rank_test_does_not_reject() -> None:
    values = np.random.default_rng(7).normal(1, 1, 12)
    found = signed_rank_interval(list(values))
    assert found is not None
    for centre, inside in (
        (found.low + 1e-9, True),
        (found.high - 1e-9, True),
        (found.low - 1e-9, False),
        (found.high + 1e-9, False),
    ):
        accepted = stats.wilcoxon(values - centre, method="exact").pvalue > 1 - found.level + 1e-12
        assert accepted == inside


def test_the_interval_is_what_the_rank_sum_test_does_not_reject() -> None:
    random = np.random.default_rng(7)
    ones, others = random.normal(1, 1, 7), random.normal(0, 1, 9)
    found = shift_interval(list(ones), list(others))
    assert found is not None
    for shift, inside in (
        (found.low + 1e-9, True),
        (found.high - 1e-9, True),
        (found.low - 1e-9, False),
        (found.high + 1e-9, False),
    ):
        accepted = stats.mannwhitneyu(ones - shift, others, method="exact").pvalue > 1 - found.level + 1e-12
        assert accepted == inside


@pytest.mark.parametrize(("n", "level"), [(1, 0.0), (3, 0.75), (5, 0.9375), (10, 0.951), (30, 0.9503)])
def test_few_values_attain_what_they_can(n: int, level: float) -> None:
    found = signed_rank_interval(list(range(n)))
    assert found is not None
    assert found.level == pytest.approx(level, abs=1e-3)


def test_without_values_there_is_no_interval() -> None:
    assert signed_rank_interval([]) is median_interval([]) is shift_interval([], [1.0]) is None


@pytest.mark.parametrize("n", [5, 10, 30])
def test_intervals_cover_the_truth_as_often_as_they_say(n: int) -> None:
    random = np.random.default_rng(n)
    found = [(signed_rank_interval(values), median_interval(values)) for values in random.laplace(3, 1, (2000, n)).tolist()]
    for kind in zip(*found):
        covered = np.mean([one.low <= 3 <= one.high for one in kind])
        assert covered == pytest.approx(kind[0].level, abs=0.02)
