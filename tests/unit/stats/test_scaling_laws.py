"""Test the fits on elapsed times that follow a law, and on others."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.stats.scaling_laws import AMDAHL, USL, Fit, fit

WORKERS = [1, 2, 3, 4, 6, 8, 12, 16, 32]


@given(st.floats(0.01, 100), st.floats(0, 0.9), st.floats(0, 0.1))
def test_makespans_that_follow_a_law_give_it_back(one_worker_s: float, serial: float, coherency: float) -> None:
    truth = Fit(USL, one_worker_s, serial, coherency, 0.0)
    found = fit(USL, WORKERS, [truth.makespan_s(n) for n in WORKERS])
    assert found is not None
    assert found.one_worker_s == pytest.approx(one_worker_s, rel=1e-6)
    assert found.serial == pytest.approx(serial, abs=1e-6)
    assert found.coherency == pytest.approx(coherency, abs=1e-7)
    assert found.error == pytest.approx(0, abs=1e-6)


def test_amdahls_law_by_hand() -> None:
    found = fit(AMDAHL, [1, 2, 4, 8], [10.0, 6.0, 4.0, 3.0])
    assert found is not None
    assert (found.one_worker_s, found.serial) == pytest.approx((10.0, 0.2))
    assert found.most_speedup == pytest.approx(5.0)
    assert found.best_workers == inf


def test_the_universal_laws_optimum_by_hand() -> None:
    law = Fit(USL, 10.0, 0.19, 0.01, 0.0)
    assert law.best_workers == pytest.approx(9.0)
    assert law.makespan_s(9) < min(law.makespan_s(8), law.makespan_s(10))
    assert law.most_speedup == pytest.approx(law.makespan_s(1) / law.makespan_s(9))


def test_makespans_shared_without_loss_have_no_limit() -> None:
    found = fit(AMDAHL, [1, 2, 4, 8, 16], [16.0, 8.0, 4.0, 2.0, 1.0])
    assert found is not None
    assert found.serial == 0
    assert (found.most_speedup, found.best_workers) == (inf, inf)


def test_work_that_no_worker_speeds_up_is_all_serial() -> None:
    found = fit(AMDAHL, [1, 2, 4, 8, 16], [4.0] * 5)
    assert found is not None
    assert (found.serial, found.error) == pytest.approx((1.0, 0.0), abs=1e-9)


def test_a_step_follows_no_law_and_the_error_says_so() -> None:
    found = fit(USL, WORKERS, [10.0 if n < 8 else 1.0 for n in WORKERS])
    assert found is not None
    assert found.error > 0.2


def test_workers_that_only_get_in_each_others_way_are_best_alone() -> None:
    workers = [1, 2, 4, 8, 16]
    for law in (AMDAHL, USL):
        found = fit(law, workers, [1 + 0.25 * (1 - 1 / n) for n in workers])
        assert found is not None
        assert found.serial == pytest.approx(1.25)
        assert (found.best_workers, found.most_speedup) == pytest.approx((1, 1))


def test_nothing_is_faster_than_one_worker_where_more_share_nothing_or_disturb_each_other() -> None:
    assert Fit(AMDAHL, 4.0, 1.0, 0.0, 0.0).best_workers == 1
    assert Fit(USL, 4.0, 0.99, 0.5, 0.0).best_workers == 1  # by hand: the square root of 0.01 ÷ 0.5 is 0.14


def test_makespans_without_any_work_of_one_worker_follow_no_law() -> None:
    assert fit(USL, [2, 3, 5], [0.5, 2.0, 4.5]) is None  # they grow faster than coherency, n - 1, alone
