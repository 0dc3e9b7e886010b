"""Judge whether the server did its part in a run: pure functions of what it saw, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from concbench.measured.status import Status
from concbench.records.run_record import Measured, Requests
from concbench.server.request_log import delay_errors_s

LEAST_ERROR_S = 0.001
ERROR_OF_LATENCY = 0.02
ERROR_OF_DELAY = 0.02
SERVER_CPU = 0.6


@dataclass(frozen=True)
class Load:
    """Compare one figure of the server with its limit; ``said`` names both."""

    figure: float
    limit: float
    said: str

    @property
    def share(self) -> float:
        return self.figure / self.limit


def failed_check(measured: Measured, requests: Requests) -> tuple[Status, str] | None:
    """Return the status and reason of a run that doesn't count because of its server; None if it counts."""
    if measured.status != Status.OK:
        return None
    if measured.items_ok != len(requests.item):
        return Status.INVALID, f"the server answered {len(requests.item)} requests for {measured.items_ok} items"
    in_flight, asked = measured.peak_in_flight or 0, measured.workers or 0
    if in_flight > asked:
        return Status.INVALID, f"the server saw {in_flight} requests in flight where {asked} were asked for"
    most = server_load(measured, requests)
    return (Status.SERVER_BOUND, most.said) if most and most.figure > most.limit else None


def server_load(measured: Measured, requests: Requests) -> Load | None:
    """Find that by which the server came nearest to being the limit itself; None where nothing was asked of it."""
    if not requests.item or measured.makespan_s is None:
        return None
    busy = (measured.server_cpu_s or 0) / measured.makespan_s
    errors = delay_errors_s(requests)
    median_error_s, median_limit_s = median(errors), max(LEAST_ERROR_S, ERROR_OF_LATENCY * median(requests.delay_s))
    total, total_limit_s = sum(errors), ERROR_OF_DELAY * measured.makespan_s * (measured.peak_in_flight or 0)
    loads = (
        Load(busy, SERVER_CPU, f"the server used {busy:.0%} of a CPU, where {SERVER_CPU:.0%} is the limit"),
        Load(
            median_error_s,
            median_limit_s,
            f"delays came out {median_error_s * 1e3:.2f} ms too long, where {median_limit_s * 1e3:.2f} ms is the limit",
        ),
        Load(total, total_limit_s, f"delays came out {total:.3f} s too long in all, with {total_limit_s:.3f} s the limit"),
    )
    return max(loads, key=lambda one: one.share)
