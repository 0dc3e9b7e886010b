"""Test every micro-benchmark: its metrics, and what must be true on any machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from functools import cache

import pytest

from concbench.campaign import plugins
from concbench.common.paths import SCRIPTS
from concbench.measured.api import Metric
from probes import lost_updates
from probes.code_size import lines, nodes

UNITS = {"s", "bytes", "share", "items", "nodes", "lines", "yes/no", "errors", "bodies", "cpus", "iterations/s"}


@cache
def measured(probe: str) -> dict[str, Metric]:
    """Measure it in a fresh process, as the pipeline does."""
    reading, writing = os.pipe()
    command = [sys.executable, str(SCRIPTS / "sys_path" / "measured-probe.py"), probe, "0", str(writing)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, pass_fds=[writing])
    os.close(writing)
    assert done.stdout + done.stderr == ""
    with os.fdopen(reading, encoding="utf-8") as answers:
        metrics = [Metric(**metric) for metric in json.loads(answers.read())]
    assert len({metric.metric for metric in metrics}) == len(metrics)
    return {metric.metric: metric for metric in metrics}


def value(probe: str, metric: str) -> float:
    found = measured(probe)[metric]
    assert found.value is not None, found.reason
    return found.value


@pytest.mark.parametrize("probe", plugins.names("probes"))
def test_every_metric_has_a_unit_and_a_value_or_a_reason(probe: str) -> None:
    for metric in measured(probe).values():
        assert metric.unit in UNITS
        assert (metric.status == "ok") == (metric.value is not None) == (metric.reason is None)
        assert metric.value is None or metric.value >= 0 or metric.unit in ("nodes", "lines")


def test_processes_cost_more_to_start_than_threads_and_threads_more_than_tasks() -> None:
    names = ("spawn_s", "fork_s", "thread_s", "task_s")
    spawn, fork, thread, task = (value("start_cost", name) for name in names)
    assert spawn > fork > thread > task > 0


def test_a_thread_takes_more_memory_than_a_task() -> None:
    assert value("memory_cost", "thread_bytes") > value("memory_cost", "task_bytes") > 100


def test_a_process_takes_more_memory_than_a_thread_and_a_tls_context_more_than_a_session() -> None:
    spawn, fork, thread = (value("memory_cost", f"{name}_bytes") for name in ("spawn", "fork", "thread"))
    assert spawn > fork > thread
    assert value("memory_cost", "tls_context_bytes") > value("memory_cost", "session_bytes")


def test_a_lock_keeps_all_updates() -> None:
    assert value("lost_updates", "lost_locked") == 0
    assert value("lost_updates", "lost_across_await_locked") == 0


def test_updates_are_lost_across_an_await() -> None:
    assert value("lost_updates", "lost_across_await") > 0.5


def test_updates_during_a_call_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads switch by chance, so the call itself makes the update of another thread."""
    counter = lost_updates.Counter()

    def one() -> int:
        counter.value += 1
        return 1

    monkeypatch.setattr(lost_updates, "one", one)
    lost_updates.add_with_a_call(counter, threading.Lock())
    assert counter.value == lost_updates.TIMES  # of twice as many
    assert 0 <= value("lost_updates", "lost_through_call") < 1


def test_a_blocking_task_holds_up_the_loop_for_as_long() -> None:
    assert value("loop_lag", "lag_blocking_10ms_s") >= 0.009
    assert 0.049 <= value("loop_lag", "lag_blocking_50ms_s") < 1


def test_a_pool_hands_out_a_quarter_of_each_processs_share() -> None:
    assert value("pool_chunks", "chunk_20_items") == 2
    assert value("pool_chunks", "chunk_160_items") == 10
    assert value("pool_chunks", "chunk_20_items_of_1") <= 2  # a process may get two in a row


def test_code_is_counted_without_comments_and_docstrings() -> None:
    source = '"""What it is."""\n\n# why\ndef f():\n    """Does it."""\n    return (1 +\n            2)\n'
    assert lines(source) == 2
    assert nodes(source) == nodes("def f():\n    return 1 + 2\n")


def test_the_standard_library_has_no_pool_for_asyncio() -> None:
    assert value("standard_library", "has_asyncio_pool") == 0
    assert value("standard_library", "has_thread_pool") == 1
    assert value("standard_library", "new_event_loop_works") == 1
    assert value("standard_library", "get_event_loop_works") == (sys.version_info < (3, 14))


def test_errors_that_are_gathered_are_not_seen() -> None:
    assert value("dead_server", "silent_errors_raised") == 0
    assert value("dead_server", "silent_bodies") == 0
    assert value("dead_server", "loud_errors_raised") == 1


def test_a_session_and_its_context_cost_something() -> None:
    assert value("session_cost", "tls_context_s") > value("session_cost", "session_s") > 0


def test_a_large_body_takes_longer_to_read_than_a_small_one() -> None:
    assert value("reading_bodies", "read_1000000_s") > value("reading_bodies", "read_276_s")


def test_code_for_an_option_is_not_counted() -> None:
    plain = "def run(items):\n    return pool.map(do, items)\n"
    option = "def run(items, *, chunk_size=None):\n    return pool.map(do, items, chunk_size)\n"
    assert nodes(option) == nodes(plain)
    assert nodes(option.replace("*, ", "")) > nodes(plain)


def test_what_this_projects_runs_alone_need_is_not_counted() -> None:
    plain = "def run(items):\n    return pool.map(do, items)\n"
    noticing = "from concbench.measured.pools import results_of\ndef run(items):\n    return results_of(pool.map(do, items))\n"
    assert (nodes(noticing), lines(noticing)) == (nodes(plain), lines(plain))
