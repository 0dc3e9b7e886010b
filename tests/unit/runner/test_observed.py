"""Test the record of a run, however far the run got."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from concbench.common.formatting import LONGEST_REASON
from concbench.measured.protocol import Measurement, NotMeasured, Ready
from concbench.measured.status import Status
from concbench.records.request_times import Requests
from concbench.records.run_record import ItemTimes, RunSpec
from concbench.records.server_profile import Profile, Site
from concbench.runner.observed import Observed, record_of
from concbench.server.messages import ServerLog

READY = Ready(0.1, True, False, None, "cpython", "3.9.18", 6)
MEASUREMENT = Measurement(
    start_clock_s=100.0,
    makespan_s=2.0,
    setup_s=0.1,
    teardown_s=0.2,
    cpu_user_s=0.5,
    cpu_system_s=0.25,
    voluntary_switches=4,
    involuntary_switches=3,
    peak_memory_bytes=1000,
    items_ok=2,
    bytes_received=200,
    start_method=None,
    timing_share=0.01,
    item_start_s=[0.1, 0.7],
    item_end_s=[0.6, 1.3],
    item_cpu_s=[0.2, None],
    item_thread=[0, 1],
    numeric_libraries="openblas 0.3.31",
    numeric_threads=2,
    longest_stall_s=0.002,
)
LOG = ServerLog(2, 0.01, Requests([0, 1], [1, 2], [0.5, 0.5], [100.1, 100.7], [100.1, 100.7], [100.6, 101.2]))

MakeSpec = Callable[..., RunSpec]


def observed(result: Measurement | NotMeasured | None, log: ServerLog | None = None) -> Observed:
    return Observed("2026-11-26T00:00:00.000+00:00", 2, READY, 1e7, result, 0.8, 0.01, log)


def test_all_that_was_measured_is_in_the_columns(spec: MakeSpec) -> None:
    record = record_of(spec(), observed(MEASUREMENT))
    measured = record.measured
    assert (measured.status, measured.reason, measured.makespan_s, measured.items_ok) == (Status.OK, None, 2.0, 2)
    assert (measured.python_version, measured.gil_enabled_at_start, measured.gil_enabled) == ("3.9.18", True, False)
    assert (measured.workers, measured.machine_speed, measured.background_cpu) == (6, 1e7, 0.01)
    assert record.items == ItemTimes([0.1, 0.7], [0.6, 1.3], [0.2, None], [0, 1])
    named = MEASUREMENT._asdict()
    assert all(getattr(measured, name) == value for name, value in named.items() if hasattr(measured, name))


def test_the_cpu_time_is_set_against_the_makespan_and_the_whole_tree(spec: MakeSpec) -> None:
    measured = record_of(spec(), observed(MEASUREMENT)).measured
    assert (measured.cpus_used, measured.threads_used) == (0.375, 2)
    assert measured.cpu_outside_s == pytest.approx(0.05)


def test_no_more_cpus_are_used_than_there_are(spec: MakeSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda process: {0, 1})
    ticks = MEASUREMENT._replace(makespan_s=0.003, cpu_user_s=0.02, cpu_system_s=0.0)  # of a fork server, 10 ms each
    assert record_of(spec(), observed(ticks)).measured.cpus_used == 2


def test_a_run_whose_items_were_not_all_timed_has_no_times_of_items(spec: MakeSpec) -> None:
    untimed = MEASUREMENT._replace(
        teardown_s=None, timing_share=2.5, item_start_s=[], item_end_s=[], item_cpu_s=[], item_thread=[]
    )
    record = record_of(spec(), observed(untimed))
    assert (record.items, record.measured.threads_used, record.measured.teardown_s) == (None, None, None)
    assert (record.measured.status, record.measured.items_ok, record.measured.timing_share) == (Status.OK, 2, 2.5)


def test_the_servers_moments_count_from_the_start_of_the_timed_region(spec: MakeSpec) -> None:
    record = record_of(spec(server=Profile((Site("one", 100),))), observed(MEASUREMENT, LOG))
    assert record.requests is not None
    assert record.requests.received_s == [0.1, 0.7]
    measured = record.measured
    assert (measured.status, measured.connections, measured.peak_in_flight, measured.delay_total_s) == (Status.OK, 2, 1, 1.0)
    assert measured.server_controlled
    assert measured.server_load is not None


def test_what_the_server_did_not_see_makes_the_run_invalid(spec: MakeSpec) -> None:
    record = record_of(spec(server=Profile((Site("one", 100),))), observed(MEASUREMENT._replace(items_ok=3), LOG))
    assert record.measured.status == Status.INVALID
    assert record.measured.makespan_s == 2.0


def test_a_run_without_a_measurement_keeps_what_is_known_of_it(spec: MakeSpec) -> None:
    record = record_of(spec(), observed(NotMeasured(Status.FAILED, "line\n one\x1b" + "x" * 1000)))
    measured = record.measured
    assert (measured.status, measured.python_version, measured.background_cpu) == (Status.FAILED, "3.9.18", 0.01)
    assert (measured.reason or "").startswith("line one?x")
    assert len(measured.reason or "") == LONGEST_REASON
    assert (record.items, measured.makespan_s, measured.cpus_used, measured.cpu_outside_s) == (None,) * 4


def test_a_run_that_never_was_ready_has_its_status_and_no_interpreter(spec: MakeSpec) -> None:
    early = Observed("2026-11-26T00:00:00.000+00:00", 2, result=NotMeasured(Status.TIMEOUT, "no items"))
    measured = record_of(spec(), early).measured
    assert (measured.status, measured.reason, measured.python_version) == (Status.TIMEOUT, "no items", None)
    assert measured.workers == 2
