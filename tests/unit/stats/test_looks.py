"""Test the schedule of looks, and how the error is shared among them."""

from __future__ import annotations

import pytest

from concbench.stats.looks import ERROR, LEAST_BLOCKS, Looks

USUAL = Looks(7, 50)


@pytest.mark.parametrize(
    ("looks", "blocks"),
    [
        (USUAL, [7, 11, 17, 26, 39, 50]),
        (Looks(7, 7), [7]),
        (Looks(7, 11), [7, 11]),
        (Looks(10, 12), [10, 12]),
        (Looks(20, 100), [20, 30, 45, 68, 100]),
    ],
)
def test_each_look_comes_after_half_as_many_blocks_more(looks: Looks, blocks: list[int]) -> None:
    assert looks.blocks == blocks


@pytest.mark.parametrize(("measured", "last"), [(0, 0), (6, 0), (7, 7), (10, 7), (11, 11), (49, 39), (50, 50), (99, 50)])
def test_between_two_looks_the_earlier_one_counts(measured: int, last: int) -> None:
    assert USUAL.last(measured) == last


def test_the_first_look_gets_what_its_test_needs_and_the_others_share_the_rest() -> None:
    first = 2 / 2**7  # all 7 blocks on one side, in either direction
    share = (0.05 - first) / 5
    assert USUAL.allowed() == pytest.approx([first + k * share for k in range(6)])
    assert USUAL.allowed()[-1] == pytest.approx(ERROR)


def test_a_first_look_whose_test_rejects_at_less_gets_an_equal_part() -> None:
    assert Looks(20, 45).allowed() == pytest.approx([0.05 / 3, 0.1 / 3, 0.05])


def test_an_error_too_small_for_the_first_look_is_left_to_the_others() -> None:
    assert Looks(7, 17).allowed(0.009) == pytest.approx([0.003, 0.006, 0.009])


def test_the_fewest_blocks_leave_most_of_the_error_to_later_looks() -> None:
    assert 2.0 ** (1 - LEAST_BLOCKS) < ERROR / 2 < 2.0 ** (2 - LEAST_BLOCKS)
