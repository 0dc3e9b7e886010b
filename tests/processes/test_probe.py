"""Test that micro-benchmarks are accounted for with all their processes, and that failures are recorded."""

from __future__ import annotations

import os
import sys

import pytest

from concbench.campaign.plan import ProbeRun
from concbench.measured.api import Metric
from concbench.runner import probe
from concbench.runner.probe import attempt, measure
from concbench.runner.subreaper import adopt_orphans, reap_group, reaped_cpu_s


def of(name: str, command: str = sys.executable) -> ProbeRun:
    return ProbeRun(name, "default", command, 1)


def test_a_probe_leaves_no_process_that_is_not_accounted_for(monkeypatch: pytest.MonkeyPatch) -> None:
    groups: list[int] = []

    def reap(group: int) -> None:
        groups.append(group)
        reap_group(group)

    monkeypatch.setattr(probe, "reap_group", reap)
    adopt_orphans()
    before = reaped_cpu_s()
    attempt(of("start_cost"))  # leaves a fork server behind
    assert reaped_cpu_s() - before > 0.1
    with pytest.raises(ProcessLookupError):
        os.killpg(groups[0], 0)


def test_an_interpreter_that_is_not_there_is_skipped() -> None:
    (metric,) = attempt(of("code_size", "python-that-is-not-there"))
    assert (metric.status, metric.reason) == ("skipped", "interpreter not found: python-that-is-not-there")


def test_a_probe_that_raises_has_failed_and_says_why() -> None:
    (metric,) = attempt(of("no_such_probe"))
    assert metric.status == "failed"
    assert metric.reason == "ModuleNotFoundError: No module named 'probes.no_such_probe'"


def test_a_probe_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "TIMEOUT_S", 0.05)
    (metric,) = attempt(of("loop_lag"))
    assert (metric.status, metric.value) == ("timeout", None)


def test_a_probe_that_others_disturb_is_tried_again_and_then_kept_as_interfered(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[ProbeRun] = []

    def attempt_nothing(one: ProbeRun) -> list[Metric]:
        tries.append(one)
        return []

    monkeypatch.setattr(probe, "attempt", attempt_nothing)
    monkeypatch.setattr(probe, "interferes", lambda share, seconds, limit: True)
    (metric,) = measure(of("code_size"), background_cpu=0.05, attempts=3)
    assert (metric.status, len(tries)) == ("interfered", 3)
