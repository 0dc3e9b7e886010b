"""Test that messages are read as they were written, and that a status is written as its text."""

from __future__ import annotations

import csv
import io
import json

import pytest

from concbench.measured.api import Metric, skipped
from concbench.measured.protocol import (
    Answer,
    Checking,
    Measurement,
    NotMeasured,
    Ready,
    Task,
    answer_from_json,
    answer_to_json,
    metrics_from_json,
    metrics_to_json,
)
from concbench.measured.status import Status
from concbench.records.request_times import Requests
from concbench.server.messages import ServedSite, ServerLog, ServerTask

MEASUREMENT = Measurement(
    start_clock_s=12.5,
    makespan_s=1.5,
    setup_s=0.1,
    teardown_s=0.2,
    cpu_user_s=0.5,
    cpu_system_s=0.25,
    voluntary_switches=None,
    involuntary_switches=3,
    peak_memory_bytes=None,
    items_ok=2,
    bytes_received=None,
    start_method="spawn",
    timing_share=0.01,
    item_start_s=[0.1, 0.7],
    item_end_s=[0.6, 1.3],
    item_cpu_s=[0.2, None],
    item_thread=[0, 1],
    numeric_libraries="openblas 0.3.31",
    numeric_threads=2,
    longest_stall_s=0.002,
)


@pytest.mark.parametrize(
    "answer",
    [
        Ready(0.1, True, False, None, "cpython", "3.9.18", 6),
        Checking(),
        MEASUREMENT,
        NotMeasured(Status.INVALID, "it is größer\n × 2"),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_an_answer_is_one_line_and_read_as_written(answer: Answer) -> None:
    line = answer_to_json(answer)
    assert "\n" not in line
    assert answer_from_json(line) == answer
    assert type(answer_from_json(line)) is type(answer)


def test_the_status_of_an_answer_is_a_status_again() -> None:
    answer = answer_from_json(answer_to_json(NotMeasured(Status.SKIPPED, "no such module")))
    assert isinstance(answer, NotMeasured)
    assert answer.status is Status.SKIPPED


def test_a_task_is_read_as_written() -> None:
    task = Task("sync", {"start_method": "spawn"}, "download", {"sites": [{"url": "http://[::1]:1", "bytes": 2}]}, 3, 4, 5)
    assert Task.from_json(task.to_json()) == task


def test_the_metrics_of_a_probe_are_read_as_written() -> None:
    metrics = [Metric("lag_s", 0.5, "s"), skipped("spawn_s", "s", "there is none")]
    read = metrics_from_json(metrics_to_json(metrics))
    assert read == metrics
    assert read[1].status is Status.SKIPPED


def test_a_servers_task_and_log_are_read_as_written() -> None:
    task = ServerTask([ServedSite(3, 100, None), ServedSite(4, 200, "server.pem")], [0.1, 0.2], 5, 0.01, 0.001)
    assert ServerTask.from_json(task.to_json()) == task
    log = ServerLog(2, 0.5, Requests([0], [1], [0.1], [1.0], [1.1], [1.2]))
    assert ServerLog.from_json(log.to_json()) == log


@pytest.mark.parametrize("status", Status)
def test_a_status_is_written_as_its_text(status: Status) -> None:
    file = io.StringIO()
    csv.writer(file).writerow([status])
    assert (f"{status}", str(status), file.getvalue().strip(), json.loads(json.dumps(status))) == (status.value,) * 4
    assert status in {status.value}
