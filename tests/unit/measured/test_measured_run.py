"""Test how the measured process words what went wrong; ``tests/processes/`` does whole runs."""

from __future__ import annotations

from resource import RUSAGE_SELF, getrusage
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.measured.api import WrongResult
from concbench.measured.measured_run import bytes_received, has_steady_clock, item_s, refuse_unfinished
from concbench.measured.timing import Done, Timed

# --- The time of an item

NOW = getrusage(RUSAGE_SELF)


def region(start: float, end: float, *items: Done) -> Timed:
    return Timed(start, end, list(items), NOW, NOW)


def test_an_item_takes_the_mean_of_all_if_all_were_timed() -> None:
    timed = region(10.0, 20.0, Done(0, 11.0, 11.5), Done(0, 12.0, 13.5), Done(0, 14.0, 18.0))
    assert item_s(timed, 1, ()) == 2.0


@pytest.mark.parametrize(
    ("workers", "repeated_s", "expected"),
    [(1, [1.0, 2.0, 6.0], 3.0), (1, [], 4.0), (3, [], 12.0)],
    ids=["those repeated", "the time of one worker", "that of three"],
)
def test_first_items_alone_say_nothing_of_the_others(workers: int, repeated_s: list[float], expected: float) -> None:
    timed = region(10.0, 20.0, Done(0, 12.0, 12.001), Done(0))
    assert item_s(timed, workers, repeated_s) == expected


def test_nothing_is_known_of_no_items() -> None:
    assert item_s(region(10.0, 20.0), 2, ()) is None


@pytest.mark.parametrize(
    ("timed", "steady"),
    [
        (region(10.0, 20.0), True),
        (region(10.0, 20.0, Done(0, 10.0, 10.0), Done(0), Done(0, 19.0, 20.0)), True),
        (region(10.0, 10.0), False),
        (region(20.0, 10.0), False),
        (region(10.0, 20.0, Done(0, 9.0, 11.0)), False),
        (region(10.0, 20.0, Done(0, 11.0, 21.0)), False),
        (region(10.0, 20.0, Done(0, 11.0, 12.0), Done(0, 15.0, 14.0)), False),
    ],
)
def test_a_clock_is_steady_if_each_item_lies_within_the_region(timed: Timed, steady: bool) -> None:
    assert has_steady_clock(timed) == steady


@pytest.mark.parametrize(("counted", "expected"), [(7, 7), (7.0, 7), (True, 1)])
def test_bytes_are_a_whole_number_whatever_a_workload_returns(counted: Any, expected: int) -> None:
    found = bytes_received(SimpleNamespace(bytes_received=lambda results: counted), [])
    assert (found, type(found)) == (expected, int)
    assert bytes_received(SimpleNamespace(), []) is None


# --- Unfinished results


class Array:
    """Stand in for an array of JAX."""

    def __init__(self, ready: bool) -> None:
        self.ready = ready

    def is_ready(self) -> bool:
        return self.ready

    def block_until_ready(self) -> Array:
        return self


def test_a_result_that_is_still_being_computed_is_refused_where_the_first_one_is_ready() -> None:
    refuse_unfinished("do", [Array(True), 1, Array(True)])
    with pytest.raises(WrongResult, match=r"do\(\) returned an array that is still being computed .* for item 2, .* not timed"):
        refuse_unfinished("do", [Array(True), 1, Array(False)])
