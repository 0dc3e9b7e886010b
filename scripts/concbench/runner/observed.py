"""Make a run's record from the measured process's answers, the server's log and the accounts of CPU time."""

from __future__ import annotations

from dataclasses import dataclass

from concbench.common.formatting import one_line
from concbench.measured.machine import allowed_cpus
from concbench.measured.protocol import Measurement, NotMeasured, Ready
from concbench.measured.status import Status
from concbench.records.request_times import Requests
from concbench.records.run_record import ItemTimes, Measured, RunRecord, RunSpec
from concbench.runner.interference import Throttling
from concbench.server import request_log
from concbench.server.messages import ServerLog
from concbench.server.validity import failed_check, server_load


@dataclass
class Observed:
    """Collect what one attempt at a run yields. Each part is set once, and stays None if the attempt ends before it."""

    started_at: str  # ISO 8601, UTC
    workers: int | None  # as the config gives it; None before the measured interpreter has said its default
    ready: Ready | None = None
    machine_speed: float | None = None  # iterations of the calibration loop per second
    result: Measurement | NotMeasured | None = None
    tree_cpu_s: float | None = None  # of the measured process and its descendants, from the start of the timed region
    background_cpu: float | None = None  # share of the CPU time that others used, from 0 to 1
    server_log: ServerLog | None = None
    throttling: Throttling = Throttling()
    peak_pss_bytes: int | None = None  # that all processes used together at a time; None if nobody could look


def record_of(spec: RunSpec, observed: Observed) -> RunRecord:
    """Make the record, and check whether the server did its part."""
    result, log = observed.result, observed.server_log
    timed = result if isinstance(result, Measurement) else None
    requests = request_log.requests_since(timed.start_clock_s if timed else 0.0, log.requests) if log else None
    measured = measured_of(spec, observed, requests)
    if requests:
        load = server_load(measured, requests)
        measured.server_load = round(load.share, 3) if load else None
        failed = failed_check(measured, requests, log.dropped_connections if log else 0)
        if failed:
            measured.status, measured.reason = failed
    return RunRecord(spec, measured, item_times(timed) if timed and timed.item_start_s else None, requests)


def measured_of(spec: RunSpec, observed: Observed, requests: Requests | None) -> Measured:
    """Make the run's columns of ``runs.csv``."""
    ready, result, log = observed.ready, observed.result, observed.server_log
    measured = Measured(
        status=Status.OK,
        started_at=observed.started_at,
        workers=observed.workers,
        machine_speed=observed.machine_speed,
        background_cpu=observed.background_cpu,
        throttled_periods=observed.throttling.periods,
        throttled_share=observed.throttling.share,
        peak_pss_bytes=observed.peak_pss_bytes,
        server_controlled=spec.server.under_control if spec.server else None,
    )
    if ready:
        note_interpreter(measured, ready)
    if isinstance(result, Measurement):
        note_measurement(measured, result)
        measured.cpu_outside_s = None if observed.tree_cpu_s is None else observed.tree_cpu_s - cpu_s(result)
    elif result:
        measured.status, measured.reason = result.status, one_line(result.reason)
    if log and requests:
        note_server(measured, log, requests)
    return measured


def note_interpreter(measured: Measured, ready: Ready) -> None:
    measured.implementation = ready.implementation
    measured.python_version = ready.python_version
    measured.gil_enabled_at_start = ready.gil_enabled_at_start
    measured.gil_enabled = ready.gil_enabled
    measured.jit_enabled = ready.jit_enabled
    measured.workers = ready.workers


def note_measurement(measured: Measured, timed: Measurement) -> None:
    measured.makespan_s = timed.makespan_s
    measured.setup_s = timed.setup_s
    measured.teardown_s = timed.teardown_s
    measured.cpu_user_s = timed.cpu_user_s
    measured.cpu_system_s = timed.cpu_system_s
    # Child processes may be accounted for in ticks of 10 ms, which is longer than some runs.
    measured.cpus_used = min(cpu_s(timed) / timed.makespan_s, allowed_cpus())
    measured.voluntary_switches = timed.voluntary_switches
    measured.involuntary_switches = timed.involuntary_switches
    measured.peak_memory_bytes = timed.peak_memory_bytes
    measured.items_ok = timed.items_ok
    measured.threads_used = len(set(timed.item_thread)) or None
    measured.start_method = timed.start_method
    measured.timing_share = timed.timing_share
    measured.numeric_libraries = timed.numeric_libraries
    measured.numeric_threads = timed.numeric_threads
    measured.longest_stall_s = timed.longest_stall_s
    measured.bytes_received = timed.bytes_received


def note_server(measured: Measured, log: ServerLog, requests: Requests) -> None:
    delays = request_log.delays(requests)
    measured.connections = log.connections
    measured.server_cpu_s = log.cpu_s
    measured.peak_in_flight = delays.peak_in_flight
    measured.delay_total_s = delays.delay_total_s
    measured.delay_error_s = delays.delay_error_s


def cpu_s(timed: Measurement) -> float:
    """Return the CPU seconds of the timed region."""
    return timed.cpu_user_s + timed.cpu_system_s


def item_times(timed: Measurement) -> ItemTimes:
    """Return the times of the items in a measurement."""
    return ItemTimes(timed.item_start_s, timed.item_end_s, timed.item_cpu_s, timed.item_thread)
