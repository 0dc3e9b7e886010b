"""What the server saw of a run, in figures: pure functions of its log of requests."""

from __future__ import annotations

from itertools import accumulate
from statistics import median
from typing import Any

from concbench.records.run_record import Requests


def requests_since(start: float, log: dict[str, list[Any]]) -> Requests:
    """The server's log with its moments counted from ``start``."""
    moments = ("received_s", "served_s", "released_s")
    return Requests(
        **{
            column: [round(value - start, 7) for value in values] if column in moments else values
            for column, values in log.items()
        }
    )


def peak_in_flight(requests: Requests) -> int:
    """The most requests that the server held at once."""
    events = sorted([(moment, 1) for moment in requests.received_s] + [(moment, -1) for moment in requests.released_s])
    return max(accumulate(change for _, change in events), default=0)


def delay_errors_s(requests: Requests) -> list[float]:
    """By how much each request was held longer than it was meant to be."""
    held = zip(requests.served_s, requests.released_s, requests.delay_s)
    return [released - served - delay for served, released, delay in held]


def figures(requests: Requests) -> dict[str, Any]:
    """The columns of ``runs.csv`` that come from the log."""
    if not requests.item:
        return {"peak_in_flight": 0, "delay_total_s": 0.0}
    return {
        "peak_in_flight": peak_in_flight(requests),
        "delay_total_s": sum(requests.delay_s),
        "delay_error_s": median(delay_errors_s(requests)),
    }
