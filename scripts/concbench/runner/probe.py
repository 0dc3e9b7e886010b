"""Measure one micro-benchmark of one block, in a fresh process of its interpreter."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from tempfile import TemporaryFile
from time import perf_counter
from typing import IO

from concbench.campaign.campaign import EFFECTIVE_PARALLELISM
from concbench.campaign.plan import ProbeRun
from concbench.common.formatting import one_line
from concbench.common.paths import SCRIPTS
from concbench.environment.interpreter_command import Command, measured_python
from concbench.environment.measured_environment import measured_environment
from concbench.environment.tempdir import empty_run_folder
from concbench.measured.api import Metric
from concbench.measured.cgroups import memory_bytes
from concbench.measured.measured_probe import nothing
from concbench.measured.protocol import metrics_from_json
from concbench.measured.status import Status
from concbench.records.run_record import MOST
from concbench.runner.interference import BusyTime, background_share, interferes
from concbench.runner.process_pipe import END_S, SHOWN, NoAnswer, ProcessPipe, TimeUp
from concbench.runner.watch import LOG_BYTES, MEMORY_LIMIT, Watch, append_only

MEASURED_PROBE = SCRIPTS / "sys_path" / "measured-probe.py"
TIMEOUT_S = 60


def measure(probe: ProbeRun, background_cpu: float, attempts: int, memory: float = MEMORY_LIMIT) -> list[Metric]:
    """Return the metrics of the first attempt that no other program interfered with.

    Args:
        probe: The micro-benchmark.
        background_cpu: Share of the CPU time that other programs may use, from 0 to 1.
        attempts: Most attempts. If all of them are interfered with, one metric without a value says so.
        memory: Share of the machine's memory that its processes may use, from 0 to 1.
    """
    for _ in range(attempts):
        before = BusyTime.now()
        metrics = attempt(probe, memory)
        after = BusyTime.now()
        share = background_share(before, after)
        if not interferes(share, after.at - before.at, background_cpu) or probe.probe == EFFECTIVE_PARALLELISM:
            return metrics
        empty_run_folder()
    return [nothing(Status.INTERFERED, f"other programs used {share:.0%} of the CPU time in the last of {attempts} attempts")]


def attempt(probe: ProbeRun, memory: float = MEMORY_LIMIT) -> list[Metric]:
    """Return the metrics of one attempt, and leave none of its processes behind.

    If there are no metrics, print the log of the process, and return one metric without a value that says why.
    """
    python = measured_python(probe.command)
    if python is None:
        return [nothing(Status.SKIPPED, one_line(f"interpreter not found: {probe.command}"))]
    with TemporaryFile() as log:
        metrics = answer(probe.probe, python, memory, log)
        if any(metric.status in (Status.FAILED, Status.TIMEOUT) for metric in metrics):
            log.seek(0)
            print(log.read(LOG_BYTES).decode(errors="replace"), file=sys.stderr)
    return metrics


def answer(name: str, python: Command, memory: float, log: IO[bytes]) -> list[Metric]:
    """Return what the micro-benchmark's process answers; what it prints goes to ``log``."""
    append_only(log)
    command = [python.program, str(MEASURED_PROBE), name]
    environment = {**measured_environment(os.environ, None), **python.variables}
    try:
        with closing(ProcessPipe("the micro-benchmark", command, log, environment)) as process:
            process.looks.append(Watch(process.process.pid, int(memory * memory_bytes()), log, process.others).look)
            line = process.answer(perf_counter() + TIMEOUT_S)
            process.finish(END_S)
    except TimeUp:
        return [nothing(Status.TIMEOUT, f"not finished within {TIMEOUT_S} s")]
    except NoAnswer as error:
        return [nothing(Status.FAILED, one_line(str(error)))]
    try:
        metrics = metrics_from_json(line)
    except (ValueError, TypeError, KeyError):
        return [nothing(Status.FAILED, one_line(f"the micro-benchmark answered {line[:SHOWN]!r} instead of metrics"))]
    wrong = next((metric for metric in metrics if not is_storable(metric)), None)
    if wrong:
        said = f"{wrong.metric!r}, {wrong.value!r}, {wrong.unit!r}"
        return [
            nothing(Status.FAILED, one_line(f"the micro-benchmark answered {said}. Expected a name, a finite number, a unit"))
        ]
    return metrics


def is_storable(metric: Metric) -> bool:
    """Check that a metric's record can be read again: a plug-in may return any value."""
    texts = (metric.metric, metric.unit, metric.reason or "")
    number = metric.value is None or (type(metric.value) in (int, float) and -MOST <= metric.value <= MOST)
    return number and all(isinstance(text, str) for text in texts)
