"""Measure one micro-benchmark of one block, in a fresh process of its interpreter."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress

from concbench.campaign.campaign import EFFECTIVE_PARALLELISM
from concbench.campaign.plan import ProbeRun
from concbench.common.formatting import one_line
from concbench.common.paths import SCRIPTS
from concbench.common.processes import KILLED_S
from concbench.environment.interpreters import measured_python
from concbench.environment.measured_environment import measured_environment
from concbench.measured.api import Metric
from concbench.measured.protocol import metrics_from_json
from concbench.measured.status import Status
from concbench.runner.interference import BusyTime, background_share, interferes
from concbench.runner.subreaper import end_children, killed_with, reap_group, reaped_cpu_s

MEASURED_PROBE = SCRIPTS / "sys_path" / "measured-probe.py"
TIMEOUT_S = 60


def measure(probe: ProbeRun, background_cpu: float, attempts: int) -> list[Metric]:
    """Return the metrics of the first attempt that no other program interfered with.

    Args:
        probe: The micro-benchmark.
        background_cpu: Share of the CPU time that other programs may use, from 0 to 1.
        attempts: Most attempts. If all of them are interfered with, one metric without a value says so.
    """
    for _ in range(attempts):
        own_s, before = reaped_cpu_s(), BusyTime.now()
        metrics = attempt(probe)
        after = BusyTime.now()
        share = background_share(before, after, reaped_cpu_s() - own_s)
        if not interferes(share, after.at - before.at, background_cpu) or probe.probe == EFFECTIVE_PARALLELISM:
            return metrics
    return [nothing(Status.INTERFERED, f"other programs used {share:.0%} of the CPU time in the last of {attempts} attempts")]


def attempt(probe: ProbeRun) -> list[Metric]:
    """Return the metrics of one attempt, and leave none of its processes behind.

    If there are no metrics, return one without a value that says why.
    """
    python = measured_python(probe.command)
    if python is None:
        return [nothing(Status.SKIPPED, one_line(f"interpreter not found: {probe.command}"))]
    process = subprocess.Popen(
        [python.program, str(MEASURED_PROBE), probe.probe],
        env={**measured_environment(os.environ, None), **python.variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=killed_with(os.getpid()),
    )
    try:
        answer, errors = process.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return [nothing(Status.TIMEOUT, f"not finished within {TIMEOUT_S} s")]
    finally:
        process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(KILLED_S)
        end_children(process.pid)  # others may outlive it, such as the fork server
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        reap_group(process.pid)  # count their CPU time as the micro-benchmark's own
    if process.returncode:
        print(errors, file=sys.stderr)
        last = (errors.strip().splitlines() or [f"exit status {process.returncode}"])[-1]
        return [nothing(Status.FAILED, one_line(last))]
    return metrics_from_json(answer)


def nothing(status: Status, reason: str) -> Metric:
    """Make a metric without a name and a value, with the status and reason of the whole micro-benchmark."""
    return Metric("", None, "", status, reason)
