"""Test how much the pilot does; ``tests/processes/test_pilot_of_files.py`` tests it as a process."""

from __future__ import annotations

import pytest

from concbench.measured.pilot import affordable, count_for, making_s, one_after_the_other, pickled, some


def test_items_are_as_many_as_fit_into_time_and_memory() -> None:
    assert affordable(100.0, 0.0, 1.0) == 50_000
    assert affordable(1e6, 0.0, 1.0) == 200  # of 200 MB
    assert affordable(0.0, 0.01, 1.0) == 100  # a second to make them
    assert affordable(1e9, 10.0, 1.0) == 8  # needed to check them


def test_the_time_to_make_items_has_two_parts() -> None:
    """Reading a file takes 0.5 s, and each item 0.01 s."""
    making = making_s({1: 0.51, 8: 0.58, 100: 1.5})
    assert tuple(making) == pytest.approx((0.5, 0.01))
    assert making_s({2: 0.2}) == (0.2, 0.0)
    assert making_s({1: 0.3, 8: 0.1}) == (0.3, 0.0)  # the second time was shorter


@pytest.mark.parametrize(("item_s", "count"), [(0.1, 10), (0.0, 50_000), (60.0, 2)])
def test_as_many_items_are_done_as_there_is_time_for(item_s: float, count: int) -> None:
    assert count_for(item_s, 1.0) == count


def test_all_items_are_done_unless_there_is_too_little_time() -> None:
    assert one_after_the_other(str, [1, 2, 3]).results == ["1", "2", "3"]
    assert one_after_the_other(str, [1, 2, 3], 0.0).results == ["1"]


def test_some_of_many_times_are_kept() -> None:
    assert some([0.1, 0.2]) == [0.1, 0.2]
    assert (len(some([0.1] * 50_000)), some([])) == (200, [])


def test_sizes_are_means() -> None:
    found = pickled([b"", b"x" * 100], [1, 2])
    assert (found.reason, (found.item_bytes or 0) > 50) == (None, True)
    assert (pickled([1], [lambda: 1]).reason or "").startswith("its results cannot be pickled (")
