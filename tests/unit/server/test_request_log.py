"""Test the summary of a server's log on synthetic logs."""

from __future__ import annotations

import pytest

from concbench.measured.status import Status
from concbench.records.request_times import Requests
from concbench.records.run_record import Measured
from concbench.server import request_log

EMPTY = Requests([], [], [], [], [], [])


def log_of(*requests: tuple[float, float, float], delay_s: float = 1.0) -> Requests:
    """Make a log of requests from the times at which each was received, served and released."""
    received, served, released = ([request[i] for request in requests] for i in range(3))
    numbers = list(range(len(requests)))
    return Requests(numbers, [1] * len(requests), [delay_s] * len(requests), received, served, released)


ONE_BY_ONE = log_of((0.0, 0.0, 1.0), (1.5, 1.5, 2.5), (3.0, 3.0, 4.0))
OVERLAPPING = log_of((0.0, 0.0, 3.0), (1.0, 1.0, 2.0), (1.5, 1.5, 4.0), (3.5, 3.5, 5.0))


def test_nothing_is_in_flight_in_an_empty_log() -> None:
    assert request_log.peak_in_flight(EMPTY) == 0


def test_one_is_in_flight_of_requests_one_by_one() -> None:
    assert request_log.peak_in_flight(ONE_BY_ONE) == 1


def test_the_peak_counts_requests_which_overlap() -> None:
    assert request_log.peak_in_flight(OVERLAPPING) == 3


def test_the_peak_does_not_depend_on_the_order_of_the_log() -> None:
    assert request_log.peak_in_flight(log_of((3.5, 3.5, 5.0), (1.0, 1.0, 2.0), (1.5, 1.5, 4.0), (0.0, 0.0, 3.0))) == 3


def test_a_request_which_comes_just_as_another_is_released_does_not_overlap_it() -> None:
    assert request_log.peak_in_flight(log_of((0.0, 0.0, 1.0), (1.0, 1.0, 2.0))) == 1


def test_a_request_in_the_queue_is_in_flight() -> None:
    assert request_log.peak_in_flight(log_of((0.0, 0.0, 1.0), (0.5, 1.0, 2.0))) == 2


def test_there_are_no_delay_errors_in_an_empty_log() -> None:
    assert request_log.delay_errors_s(EMPTY) == []


def test_the_error_of_a_delay_is_the_time_beyond_the_intended_delay() -> None:
    assert request_log.delay_errors_s(log_of((0.0, 0.0, 1.25), (2.0, 2.0, 3.0))) == [0.25, 0.0]


def test_the_queue_is_no_part_of_a_delay_error() -> None:
    assert request_log.delay_errors_s(log_of((0.0, 5.0, 6.0))) == [0.0]


def raw(received: list[float], served: list[float], released: list[float]) -> Requests:
    numbers = list(range(len(received)))
    return Requests(numbers, [7] * len(numbers), [0.5] * len(numbers), received, served, released)


def test_moments_count_from_the_start_of_the_run() -> None:
    moved = request_log.requests_since(1000.0, raw([1001.0, 1002.0], [1001.25, 1002.5], [1001.75, 1003.0]))
    assert (moved.received_s, moved.served_s, moved.released_s) == ([1.0, 2.0], [1.25, 2.5], [1.75, 3.0])


def test_what_is_no_moment_stays_as_it_is() -> None:
    moved = request_log.requests_since(1000.0, raw([1001.0, 1002.0], [1001.25, 1002.5], [1001.75, 1003.0]))
    assert (moved.item, moved.connection, moved.delay_s) == ([0, 1], [7, 7], [0.5, 0.5])


def test_moments_are_kept_to_a_tenth_of_a_microsecond() -> None:
    moved = request_log.requests_since(1000.0, raw([1000.123456789], [1000.2], [1000.7]))
    assert moved.received_s == [0.1234568]


def test_an_empty_log_stays_empty() -> None:
    assert request_log.requests_since(1000.0, raw([], [], [])) == EMPTY


def test_an_empty_log_has_no_delay_error() -> None:
    assert request_log.delays(EMPTY) == (0, 0.0, None)


def test_the_figures_are_peak_sum_of_delays_and_median_error() -> None:
    log = log_of((0.0, 0.0, 1.5), (1.0, 1.0, 2.25), (3.0, 3.0, 14.0))
    assert request_log.delays(log) == (2, 3.0, 0.5)


@pytest.mark.parametrize("log", [EMPTY, ONE_BY_ONE, OVERLAPPING], ids=["empty", "one by one", "overlapping"])
def test_the_figures_are_columns_of_runs(log: Requests) -> None:
    assert Measured(Status.OK, **request_log.delays(log)._asdict()).peak_in_flight == request_log.peak_in_flight(log)
