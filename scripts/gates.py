"""Whether the origin did its part in a run: pure judgements of what it saw, each with its reason."""

from __future__ import annotations

from statistics import median

from origin_log import delay_errors_s
from run_record import Measured, Requests

LEAST_ERROR_S = 0.001
ERROR_OF_LATENCY = 0.02
ERROR_OF_HELD = 0.02
ORIGIN_CPU = 0.6


def gate(measured: Measured, requests: Requests) -> tuple[str, str] | None:
    """The status and reason of a run that doesn't count because of its origin; None if it counts."""
    if measured.status != "ok" or measured.makespan_s is None:
        return None
    if measured.items_ok != len(requests.item):
        return "invalid", f"the origin answered {len(requests.item)} requests for {measured.items_ok} items"
    in_flight, asked = measured.peak_in_flight or 0, measured.workers or 0
    if in_flight > asked:
        return "invalid", f"the origin saw {in_flight} requests in flight where {asked} were asked for"
    return bound(measured.makespan_s, in_flight, measured.origin_cpu_s or 0, requests)


def bound(makespan_s: float, in_flight: int, origin_cpu_s: float, requests: Requests) -> tuple[str, str] | None:
    """Whether the origin was the limit: its processor nearly used up, or its delays longer than they were meant to be."""
    share = origin_cpu_s / makespan_s
    if share > ORIGIN_CPU:
        return "origin-bound", f"the origin used {share:.0%} of a processor, where {ORIGIN_CPU:.0%} is the limit"
    errors, latency_s = delay_errors_s(requests), median(requests.delay_s)
    typical, limit_s = median(errors), max(LEAST_ERROR_S, ERROR_OF_LATENCY * latency_s)
    if typical > limit_s:
        return "origin-bound", f"delays came out {typical * 1e3:.2f} ms too long, where {limit_s * 1e3:.2f} ms is the limit"
    total, most_s = sum(errors), ERROR_OF_HELD * makespan_s * in_flight
    if total > most_s:
        return "origin-bound", f"delays came out {total:.3f} s too long in all, where {most_s:.3f} s is the limit"
    return None
