"""Check whether the server did its part in a run: pure functions of its log."""

from __future__ import annotations

from dataclasses import dataclass

from concbench.measured.status import Status
from concbench.records.request_times import Requests
from concbench.records.run_record import Measured
from concbench.server.request_log import delay_errors_s, median

LEAST_ERROR_S = 0.001
ERROR_OF_LATENCY = 0.02
ERROR_OF_DELAY = 0.02
SERVER_CPU = 0.6
DROPPED = (
    "the server's queue of new connections was full {} times, and clients wait a second or more before they try again:"
    " use fewer workers, or raise net.core.somaxconn"
)


@dataclass(frozen=True)
class Load:
    """Compare one figure of the server with its limit; ``reason`` states both."""

    figure: float
    limit: float
    reason: str

    @property
    def share(self) -> float:
        return self.figure / self.limit


def failed_check(measured: Measured, requests: Requests, dropped_connections: int = 0) -> tuple[Status, str] | None:
    """Return status and reason if a run doesn't count because of its server, or None if it counts."""
    if measured.status != Status.OK:
        return None
    if measured.items_ok != len(requests.item):
        return Status.INVALID, f"the server answered {len(requests.item)} requests for {measured.items_ok} items"
    in_flight, asked = measured.peak_in_flight or 0, measured.workers or 0
    if in_flight > asked:
        return Status.INVALID, f"the server saw {in_flight} requests in flight, more than the {asked} workers"
    if dropped_connections:
        return Status.SERVER_BOUND, DROPPED.format(dropped_connections)
    most = server_load(measured, requests)
    return (Status.SERVER_BOUND, most.reason) if most and most.figure > most.limit else None


def server_load(measured: Measured, requests: Requests) -> Load | None:
    """Return the figure by which the server came nearest to its limit, or None without requests or elapsed time."""
    if not requests.item or measured.makespan_s is None:
        return None
    busy = (measured.server_cpu_s or 0) / measured.makespan_s
    errors = delay_errors_s(requests)
    median_error_s, median_limit_s = median(errors), max(LEAST_ERROR_S, ERROR_OF_LATENCY * median(requests.delay_s))
    total, total_limit_s = sum(errors), ERROR_OF_DELAY * measured.makespan_s * max(1, measured.peak_in_flight or 0)
    loads = (
        Load(busy, SERVER_CPU, f"the server used {busy:.0%} of a CPU; the limit is {SERVER_CPU:.0%}"),
        Load(
            median_error_s,
            median_limit_s,
            f"the median delay was {median_error_s * 1e3:.2f} ms too long; the limit is {median_limit_s * 1e3:.2f} ms",
        ),
        Load(total, total_limit_s, f"all delays together were {total:.3f} s too long; the limit is {total_limit_s:.3f} s"),
    )
    return max(loads, key=lambda one: one.share)
