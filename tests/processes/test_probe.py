"""Test that micro-benchmarks are accounted for with all their processes, and that failures are recorded."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.campaign.plan import ProbeRun
from concbench.measured import measured_probe
from concbench.measured.api import Metric
from concbench.measured.cgroups import memory_bytes
from concbench.measured.protocol import metrics_from_json
from concbench.runner import probe, process_pipe, watch
from concbench.runner.probe import attempt, measure
from concbench.runner.subreaper import adopt_orphans, reap_group, reaped_cpu_s


def of(name: str, command: str = sys.executable) -> ProbeRun:
    return ProbeRun(name, "default", command, 1)


def test_a_probe_leaves_no_process_that_is_not_accounted_for(monkeypatch: pytest.MonkeyPatch) -> None:
    groups: list[int] = []

    def reap(group: int) -> None:
        groups.append(group)
        reap_group(group)

    monkeypatch.setattr(process_pipe, "reap_group", reap)
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


@pytest.fixture
def answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Metric]:
    """Return a function that does an attempt with code in the place of a micro-benchmark; ``pipe`` is that for answers."""

    def answer(code: str) -> Metric:
        (tmp_path / "probe.py").write_text(f"import os, sys, time\npipe = int(sys.argv[3])\n{code}", encoding="utf-8")
        (metric,) = attempt(of("synthetic"), memory=200e6 / memory_bytes())
        return metric

    monkeypatch.setattr(probe, "MEASURED_PROBE", tmp_path / "probe.py")
    return answer


@pytest.mark.parametrize("answer", ["hello", "5", "[5]", "[{}]", "null"])
def test_an_answer_that_is_none_is_a_failure_and_no_traceback(answer: str, answered: Callable[[str], Metric]) -> None:
    metric = answered(f"os.write(pipe, b'{answer}\\n')")
    assert (metric.status, metric.value) == ("failed", None)
    assert metric.reason


@pytest.mark.parametrize("value", ["NaN", "Infinity", '"3"', "1e300", "true", "[1]"])
def test_a_metric_whose_record_could_not_be_read_is_a_failure_that_names_it(
    value: str, answered: Callable[[str], Metric]
) -> None:
    fields = f'"metric": "lag_s", "value": {value}, "unit": "s", "status": "ok", "reason": null'
    metric = answered(f"os.write(pipe, {f'[{{{fields}}}]'!r}.encode() + bytes([10]))")
    assert (metric.status, metric.value) == ("failed", None)
    assert (metric.reason or "").startswith("the micro-benchmark answered 'lag_s', ")


@pytest.mark.parametrize("measured", [[Metric("lag_s", object(), "s")], [5], 5, None])  # type: ignore[arg-type]
def test_what_is_no_list_of_metrics_is_a_failure_that_says_why(measured: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "probes.synthetic", SimpleNamespace(measure=lambda: measured))
    (metric,) = metrics_from_json(measured_probe.answer("synthetic"))
    assert (metric.status, metric.value) == ("failed", None)
    assert "Error: " in (metric.reason or "")


def test_a_probe_that_is_killed_says_so(answered: Callable[[str], Metric]) -> None:
    assert answered("os.kill(os.getpid(), 9)").reason == "the micro-benchmark was killed by SIGKILL"


def test_what_a_probe_prints_has_an_end(
    answered: Callable[[str], Metric], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(watch, "LOG_BYTES", 100_000)
    monkeypatch.setattr(probe, "LOG_BYTES", 100_000)
    monkeypatch.setattr(probe, "TIMEOUT_S", 1)
    assert answered("while True: print('x' * 999)").status == "timeout"
    assert 0 < len(capfd.readouterr().err) <= 100_001


def test_a_probe_that_takes_too_much_memory_is_ended(answered: Callable[[str], Metric]) -> None:
    metric = answered("kept = []\nfor _ in range(2000):\n    kept.append(b'x' * 2_000_000)\n    time.sleep(0.01)")
    assert metric.status == "failed"
    assert "of memory together; the limit is 200 MB" in (metric.reason or "")


def test_a_probe_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "TIMEOUT_S", 0.05)
    (metric,) = attempt(of("loop_lag"))
    assert (metric.status, metric.value) == ("timeout", None)


def test_a_probe_that_others_disturb_is_tried_again_and_then_kept_as_interfered(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[ProbeRun] = []

    def attempt_nothing(one: ProbeRun, memory: float) -> list[Metric]:
        tries.append(one)
        return []

    monkeypatch.setattr(probe, "attempt", attempt_nothing)
    monkeypatch.setattr(probe, "interferes", lambda share, seconds, limit: True)
    (metric,) = measure(of("code_size"), background_cpu=0.05, attempts=3)
    assert (metric.status, len(tries)) == ("interfered", 3)
