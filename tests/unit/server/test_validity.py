"""Test the server's validity checks at and near their limits."""

from __future__ import annotations

from typing import Any

import pytest

from concbench.records.request_times import Requests
from concbench.records.run_record import Measured
from concbench.server.validity import failed_check, server_load


def run(**columns: Any) -> Measured:
    """Make a valid run: two requests of 100 ms at a time."""
    usual = {"makespan_s": 0.1, "items_ok": 2, "peak_in_flight": 2, "workers": 2, "server_cpu_s": 0.001}
    return Measured(**{"status": "ok", **usual, **columns})


def requests(error_s: float = 0.0, delay_s: float = 0.1, count: int = 2) -> Requests:
    """Make requests whose responses are delayed ``error_s`` too long."""
    numbers = list(range(count))
    held = [delay_s + error_s] * count
    return Requests(numbers, numbers, [delay_s] * count, [0.0] * count, [0.0] * count, held)


def status(measured: Measured, seen: Requests) -> str | None:
    judged = failed_check(measured, seen)
    return judged[0] if judged else None


def test_a_run_of_which_nothing_is_amiss_counts() -> None:
    assert failed_check(run(), requests()) is None


@pytest.mark.parametrize("other", ["failed", "timeout", "invalid", "interfered", "skipped"])
def test_a_run_that_does_not_count_is_judged_no_further(other: str) -> None:
    assert failed_check(run(status=other, items_ok=1), requests()) is None


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_requests_as_items(count: int) -> None:
    assert failed_check(run(), requests(count=count)) == ("invalid", f"the server answered {count} requests for 2 items")


def test_no_more_requests_in_flight_than_asked_for() -> None:
    judged = failed_check(run(peak_in_flight=3), requests())
    assert judged == ("invalid", "the server saw 3 requests in flight, more than the 2 workers")
    assert failed_check(run(peak_in_flight=1), requests()) is None


@pytest.mark.parametrize(("cpu_s", "expected"), [(0.0599, None), (0.0601, "server-bound")])
def test_an_server_that_uses_most_of_a_cpu_is_the_limit(cpu_s: float, expected: str | None) -> None:
    assert status(run(server_cpu_s=cpu_s), requests()) == expected


@pytest.mark.parametrize(("error_s", "expected"), [(0.00199, None), (0.00201, "server-bound")])
def test_delays_may_come_out_two_per_cent_longer(error_s: float, expected: str | None) -> None:
    assert status(run(makespan_s=0.2), requests(error_s)) == expected


@pytest.mark.parametrize(("error_s", "expected"), [(0.00099, None), (0.00101, "server-bound")])
def test_short_delays_may_come_out_a_millisecond_longer(error_s: float, expected: str | None) -> None:
    assert status(run(), requests(error_s, delay_s=0.001)) == expected


def test_the_errors_together_are_a_small_part_of_the_run() -> None:
    seen = requests(0.0, count=10)
    seen.released_s[0] += 0.05  # so that the median error stays 0
    assert failed_check(run(items_ok=10, makespan_s=2.0), seen) is None
    judged = failed_check(run(items_ok=10, makespan_s=1.0), seen)
    assert judged == ("server-bound", "all delays together were 0.050 s too long; the limit is 0.040 s")


def test_a_run_whose_clients_had_to_connect_again_does_not_count() -> None:
    assert failed_check(run(), requests(), dropped_connections=0) is None
    judged = failed_check(run(), requests(), dropped_connections=3)
    assert judged is not None
    assert judged[0] == "server-bound"
    assert judged[1].startswith("the server's queue of new connections was full 3 times")


def test_the_strain_is_how_near_the_nearest_limit_is() -> None:
    load = server_load(run(server_cpu_s=0.03), requests())
    assert load is not None
    assert load.share == pytest.approx(0.5)
    load = server_load(run(server_cpu_s=0.03, makespan_s=0.2), requests(0.0018))
    assert load is not None
    assert load.share == pytest.approx(0.9)


def test_a_server_of_which_nothing_was_asked_has_no_load() -> None:
    assert server_load(run(items_ok=0), requests(count=0)) is None
