"""Measure one probe of one block, in a fresh process of the interpreter that it is of."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress

from concbench.campaign.campaign import EFFECTIVE_PARALLELISM
from concbench.campaign.plan import ProbeRun
from concbench.common.paths import SCRIPTS
from concbench.environment.interpreters import measured_python
from concbench.measured.api import Metric
from concbench.measured.protocol import metrics_from_json
from concbench.measured.status import Status
from concbench.runner.interference import BusyTime, background_share, interferes
from concbench.runner.measured_environment import measured_environment
from concbench.runner.subreaper import reap_group, reaped_cpu_s

MEASURED_PROBE = SCRIPTS / "sys_path" / "measured-probe.py"
TIMEOUT_S = 60


def measure(probe: ProbeRun, background_cpu: float, attempts: int) -> list[Metric]:
    """Return the probe's metrics, tried until nothing else used the machine meanwhile, so often as is allowed."""
    for _ in range(attempts):
        own_s, before = reaped_cpu_s(), BusyTime.now()
        metrics = attempt(probe)
        after = BusyTime.now()
        share = background_share(before, after, reaped_cpu_s() - own_s)
        if not interferes(share, after.at - before.at, background_cpu) or probe.probe == EFFECTIVE_PARALLELISM:
            return metrics
    return [nothing(Status.INTERFERED, f"{share:.0%} of the CPUs' time went to others, {attempts} times in a row")]


def attempt(probe: ProbeRun) -> list[Metric]:
    """Return the probe's metrics; where it came to nothing, one without a value that says why. Leaves none of its processes."""
    python = measured_python(probe.command)
    if python is None:
        return [nothing(Status.SKIPPED, f"there is no interpreter {probe.command}")]
    process = subprocess.Popen(
        [python.program, str(MEASURED_PROBE), probe.probe],
        env={**measured_environment(os.environ, None), **python.variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        answer, errors = process.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return [nothing(Status.TIMEOUT, f"not done within {TIMEOUT_S} s")]
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # such as the server of forkserver, which may outlive it for a moment
        process.wait()
        reap_group(process.pid)  # so that their CPU time counts as the probe's own
    if process.returncode:
        print(errors, file=sys.stderr)
        return [nothing(Status.FAILED, (errors.strip().splitlines() or [f"exit status {process.returncode}"])[-1])]
    return metrics_from_json(answer)


def nothing(status: Status, reason: str) -> Metric:
    """Stand in for a probe's metrics where there are none."""
    return Metric("", None, "", status, reason)
