"""Test simultaneous confidence intervals against enumeration by SciPy's t statistics, and their limits."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product
from math import comb, inf

import numpy as np
import pytest
from scipy import stats

from concbench.stats.relabelling import MOST, Change, changes_between, changes_within, choices, signs

RANDOM = np.random.default_rng(3)
BEFORE, AFTER = RANDOM.normal(0, 1, (5, 3)), RANDOM.normal(0.5, 2, (4, 3))
PAIRS = RANDOM.normal(0.5, 2, (7, 3))


def known(found: list[Change | None]) -> list[Change]:
    assert None not in found
    return [one for one in found if one]


def critical(extremes: list[float]) -> float:
    """Return the statistic that at most a twentieth of all relabellings exceed."""
    return sorted(extremes, reverse=True)[len(extremes) // 20]


def test_the_intervals_of_two_groups_are_those_of_all_relabellings() -> None:
    residuals = np.vstack([BEFORE - BEFORE.mean(axis=0), AFTER - AFTER.mean(axis=0)])
    largest, own_column = [], []
    for chosen in combinations(range(9), 4):
        if chosen == (5, 6, 7, 8):
            largest.append(inf)
            own_column.append(-inf)
            continue
        rest = [block for block in range(9) if block not in chosen]
        t = stats.ttest_ind(residuals[list(chosen)], residuals[rest], equal_var=False).statistic
        largest.append(float(np.abs(t).max()))
        own_column.append(float(t[1]))
    errors = np.sqrt(BEFORE.var(axis=0, ddof=1) / 5 + AFTER.var(axis=0, ddof=1) / 4)
    for column, one in enumerate(known(changes_between(BEFORE, AFTER))):
        shift = AFTER[:, column].mean() - BEFORE[:, column].mean()
        assert one.interval.estimate == pytest.approx(shift)
        assert one.interval.high - shift == pytest.approx(critical(largest) * errors[column])
        assert shift - one.interval.low == pytest.approx(critical(largest) * errors[column])
        assert one.interval.level == pytest.approx(1 - 6 / 126)
        if column == 1:
            assert one.at_most == pytest.approx(shift + critical([-t for t in own_column]) * errors[column])


def test_the_intervals_of_pairs_are_those_of_all_exchanges() -> None:
    residuals = PAIRS - PAIRS.mean(axis=0)
    largest = []
    for exchanged in product((1, -1), repeat=7):
        t = stats.ttest_1samp(residuals * np.array(exchanged)[:, None], 0).statistic
        largest.append(inf if abs(sum(exchanged)) == 7 else float(np.abs(t).max()))
    errors = PAIRS.std(axis=0, ddof=1) / np.sqrt(7)
    for column, one in enumerate(known(changes_within(PAIRS))):
        assert one.interval.estimate == pytest.approx(PAIRS[:, column].mean())
        assert one.interval.high - one.interval.estimate == pytest.approx(critical(largest) * errors[column])


@pytest.mark.parametrize(("before", "after"), [(3, 4), (4, 3), (3, 30), (0, 9)])
def test_too_few_runs_of_a_side_have_no_interval(before: int, after: int) -> None:
    assert changes_between(np.ones((before, 2)), np.ones((after, 2))) == [None, None]


def test_too_few_pairs_have_no_interval() -> None:
    assert changes_within(np.ones((5, 1))) == [None]


@pytest.mark.parametrize("columns", [1, 8, 50])
@pytest.mark.parametrize(("before", "after"), [(5, 5), (4, 4), (10, 4)])
def test_a_large_change_of_everything_is_found_whatever_the_number_of_configurations(
    before: int, after: int, columns: int
) -> None:
    random = np.random.default_rng(columns)
    found = changes_between(random.normal(0, 0.01, (before, columns)), random.normal(np.log(2), 0.01, (after, columns)))
    assert all(one.interval.low > 0.3 for one in known(found))


def test_a_run_that_does_not_count_leaves_the_others_of_its_block() -> None:
    before, after = BEFORE.copy(), np.vstack([AFTER, AFTER + 0.1])
    before[2, 0] = np.nan
    found = known(changes_between(before, after))
    assert found[0].interval.estimate == pytest.approx(after[:, 0].mean() - np.delete(BEFORE[:, 0], 2).mean())
    assert found[1].interval.estimate == pytest.approx(after[:, 1].mean() - BEFORE[:, 1].mean())
    assert all(one.interval.low < one.interval.estimate < one.interval.high for one in found)


def test_a_configuration_with_too_few_runs_changes_no_other() -> None:
    alone = known(changes_between(BEFORE[:, :2], AFTER[:, :2]))
    before = BEFORE.copy()
    before[1:4, 2] = np.nan
    *others, last = changes_between(before, AFTER)
    assert last is None
    assert others == alone


def test_equal_values_have_an_interval_of_one_point_and_widen_no_other() -> None:
    constant = np.log([[2.0], [2.0], [2.0], [2.0], [2.0]])
    noisy = np.random.default_rng(1).normal(0, 0.1, (10, 1))
    alone = known(changes_between(noisy[:5], noisy[5:]))[0]
    (same, other) = known(changes_between(np.hstack([constant, noisy[:5]]), np.hstack([constant, noisy[5:]])))
    assert (same.interval.low, same.interval.high) == pytest.approx((0, 0), abs=1e-6)
    assert other.interval.high == pytest.approx(alone.interval.high)


def test_quiet_configurations_keep_narrow_intervals_beside_noisy_ones() -> None:
    random = np.random.default_rng(4)
    values = random.normal(0, [0.01, 1.0], (20, 2))
    quiet, noisy = known(changes_between(values[:10], values[10:]))
    assert (quiet.interval.high - quiet.interval.low) * 20 < noisy.interval.high - noisy.interval.low


def test_the_same_values_have_the_same_interval_again() -> None:
    values = np.random.default_rng(5).normal(0, 1, (40, 2))
    assert changes_between(values[:20], values[20:]) == changes_between(values[:20], values[20:])


@pytest.mark.parametrize(("make", "all_of_them"), [(lambda: signs(13), 2**13), (lambda: signs(14), MOST)])
def test_all_exchanges_are_made_if_they_are_few(make: Callable[[], np.ndarray], all_of_them: int) -> None:
    made = make()
    assert len(made) == all_of_them
    assert set(np.unique(made)) == {-1, 1}


@pytest.mark.parametrize(("before", "after"), [(5, 5), (7, 7), (4, 20), (8, 8), (30, 50)])
def test_relabellings_keep_the_number_of_blocks_on_each_side(before: int, after: int) -> None:
    own = np.repeat([-1.0, 1.0], [before, after])
    made = choices(own, after)
    assert len(made) == min(comb(before + after, after), MOST)
    assert set(made.sum(axis=1)) == {after - before}
    assert (made == own).all(axis=1).any()


@pytest.mark.parametrize("columns", [1, 8])
@pytest.mark.parametrize("paired", [False, True])
def test_simultaneous_intervals_hold_the_truth_at_their_level(columns: int, paired: bool) -> None:
    random, held = np.random.default_rng(6), 0
    for _ in range(200):
        values = random.normal(0, 1, (12, columns)) + random.normal(0, 1, (12, 1))
        found = known(changes_within(values[:7]) if paired else changes_between(values[:6], values[6:]))
        held += all(one.interval.low <= 0 <= one.interval.high for one in found)
    assert held >= 180  # 95 % of 200 are 190, and 3 standard errors less are 181
