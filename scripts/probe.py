"""Measure one probe of one block, in a fresh process of the interpreter that it is of, and write its record."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import progress
from campaign import CAPACITY
from child_reaper import adopt_orphans, reap_group, reaped_cpu_s
from interpreters import subject_python
from keeper import keep
from machine import BusyTime, disturbs, foreign_share
from node import node_name
from plan import ProbeRun
from probe_record import ProbeRecord
from probes import Metric
from run_record import SESSION_VARIABLE
from subject_environment import subject_environment

SUBJECT = Path(__file__).parent / "probe_subject.py"
TIMEOUT_S = 60


def measured(probe: ProbeRun, foreign_cpu: float, attempts: int) -> list[Metric]:
    """The probe's metrics, tried until nothing else used the machine meanwhile, so often as is allowed."""
    for _ in range(attempts):
        own_s, before = reaped_cpu_s(), BusyTime.now()
        metrics = attempt(probe)
        after = BusyTime.now()
        share = foreign_share(before, after, reaped_cpu_s() - own_s)
        if not disturbs(share, after.at - before.at, foreign_cpu) or probe.probe == CAPACITY:
            return metrics
    return [nothing("disturbed", f"{share:.0%} of the processors' time went to others, {attempts} times in a row")]


def attempt(probe: ProbeRun) -> list[Metric]:
    """The probe's metrics; where it came to nothing, one without a value that says why. Leaves none of its processes."""
    python = subject_python(probe.command)
    if python is None:
        return [nothing("skipped", f"there is no interpreter {probe.command}")]
    process = subprocess.Popen(
        [python.program, str(SUBJECT), probe.probe],
        env={**subject_environment(os.environ, None), **python.variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        answer, errors = process.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return [nothing("timeout", f"not done within {TIMEOUT_S} s")]
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # such as the server of forkserver, which may outlive it for a moment
        process.wait()
        reap_group(process.pid)  # so that their CPU time counts as the probe's own
    if process.returncode:
        print(errors, file=sys.stderr)
        return [nothing("failed", (errors.strip().splitlines() or [f"exit status {process.returncode}"])[-1])]
    return [Metric(**metric) for metric in json.loads(answer)]


def nothing(status: str, reason: str) -> Metric:
    return Metric("", None, "", status, reason)


def said(probe: ProbeRun, metrics: list[Metric]) -> str:
    """One line for the console, printed between runs."""
    figures = [f"{one.metric} {one.value:.3g}" for one in metrics if one.value is not None]
    more = f" and {len(figures) - 3} more" if len(figures) > 3 else ""
    others = [f"{one.status}: {one.reason}" for one in metrics if one.status == "failed"]
    return f"block {probe.block}  {probe.probe}  {', '.join([*figures[:3], *others])}{more}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--probe", required=True, help="which, as JSON (see ProbeRun in plan.py)")
    parser.add_argument("--foreign-cpu", required=True, type=float, metavar="SHARE", help="share of CPU others may have")
    parser.add_argument("--attempts", required=True, type=int, metavar="N", help="how often to try where others have more")
    parser.add_argument("--record", required=True, type=Path, help="file to write, as JSON")
    parser.add_argument("--step", help="its place in the session, as JSON (see Step in progress.py)")
    arguments = parser.parse_args()
    keep(lambda: work(arguments))


def work(arguments: argparse.Namespace) -> None:
    probe = ProbeRun(**json.loads(arguments.probe))
    adopt_orphans()
    figures = measured(probe, arguments.foreign_cpu, arguments.attempts)
    ProbeRecord(**asdict(probe), session=os.environ.get(SESSION_VARIABLE), metrics=figures, node=node_name()).write(
        arguments.record
    )
    progress.say(said(probe, figures), arguments.step)


if __name__ == "__main__":
    main()
