"""Whether the origin did its part in a run: pure judgements of what it saw, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from concbench.records.run_record import Measured, Requests
from concbench.server.request_log import delay_errors_s

LEAST_ERROR_S = 0.001
ERROR_OF_LATENCY = 0.02
ERROR_OF_HELD = 0.02
ORIGIN_CPU = 0.6


@dataclass(frozen=True)
class Strain:
    """One figure of the origin beside the most that it may be; ``said`` tells both."""

    figure: float
    limit: float
    said: str

    @property
    def share(self) -> float:
        return self.figure / self.limit


def gate(measured: Measured, requests: Requests) -> tuple[str, str] | None:
    """The status and reason of a run that doesn't count because of its origin; None if it counts."""
    if measured.status != "ok":
        return None
    if measured.items_ok != len(requests.item):
        return "invalid", f"the origin answered {len(requests.item)} requests for {measured.items_ok} items"
    in_flight, asked = measured.peak_in_flight or 0, measured.workers or 0
    if in_flight > asked:
        return "invalid", f"the origin saw {in_flight} requests in flight where {asked} were asked for"
    most = strain(measured, requests)
    return ("origin-bound", most.said) if most and most.figure > most.limit else None


def strain(measured: Measured, requests: Requests) -> Strain | None:
    """That by which the origin came nearest to being the limit itself; None where nothing was asked of it."""
    if not requests.item or measured.makespan_s is None:
        return None
    busy = (measured.origin_cpu_s or 0) / measured.makespan_s
    errors = delay_errors_s(requests)
    typical, typical_limit_s = median(errors), max(LEAST_ERROR_S, ERROR_OF_LATENCY * median(requests.delay_s))
    total, total_limit_s = sum(errors), ERROR_OF_HELD * measured.makespan_s * (measured.peak_in_flight or 0)
    strains = (
        Strain(busy, ORIGIN_CPU, f"the origin used {busy:.0%} of a processor, where {ORIGIN_CPU:.0%} is the limit"),
        Strain(
            typical,
            typical_limit_s,
            f"delays came out {typical * 1e3:.2f} ms too long, where {typical_limit_s * 1e3:.2f} ms is the limit",
        ),
        Strain(total, total_limit_s, f"delays came out {total:.3f} s too long in all, with {total_limit_s:.3f} s the limit"),
    )
    return max(strains, key=lambda one: one.share)
