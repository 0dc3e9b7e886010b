"""Summarize the server's log of a run: pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from concbench.records.request_times import Requests


class Delays(NamedTuple):
    """Summarize the delays: the columns of ``runs.csv`` that come from the server's log."""

    peak_in_flight: int = 0
    delay_total_s: float = 0.0
    delay_error_s: float | None = None


def requests_since(start: float, log: Requests) -> Requests:
    """Return the log with its moments counted from ``start``, in seconds."""

    def since(moments: list[float]) -> list[float]:
        return [round(moment - start, 7) for moment in moments]

    return replace(log, received_s=since(log.received_s), served_s=since(log.served_s), released_s=since(log.released_s))


def peak_in_flight(requests: Requests) -> int:
    """Return the largest number of requests in flight at a time."""
    events = sorted([(moment, 1) for moment in requests.received_s] + [(moment, -1) for moment in requests.released_s])
    return max(accumulate(change for _, change in events), default=0)


def median(values: Sequence[float]) -> float:
    """Return the median of at least one value, without ``statistics``, which takes 4 ms of each run to import."""
    ordered, last = sorted(values), len(values) - 1
    return (ordered[last // 2] + ordered[(last + 1) // 2]) / 2


def delay_errors_s(requests: Requests) -> list[float]:
    """Return how much longer than intended each response was delayed, in seconds."""
    delayed = zip(requests.served_s, requests.released_s, requests.delay_s)
    return [released - served - delay for served, released, delay in delayed]


def delays(requests: Requests) -> Delays:
    """Summarize the delays in the log. Without requests there is no error of the delay."""
    if not requests.item:
        return Delays()
    return Delays(peak_in_flight(requests), sum(requests.delay_s), median(delay_errors_s(requests)))
