"""Measure one run: start the server and the measured process, let it run, and write the run's record.

Whatever goes wrong with the measured process or the server becomes the record's status and reason, and the exit status is 0.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from time import CLOCK_BOOTTIME, clock_gettime
from typing import IO

from concbench.common import progress
from concbench.common.variables import INVOCATION_VARIABLE
from concbench.common.version import concbench_version
from concbench.environment.node import node_name
from concbench.measured.status import Status
from concbench.records.run_record import RunRecord, RunSpec
from concbench.runner.run import Certificates, Limits, measure
from concbench.runner.subreaper import adopt_orphans
from concbench.runner.supervisor import supervise


def seconds_since_start(process: int) -> float:
    """Tell how long a process has been there, the start of its interpreter included (to 10 ms)."""
    started_ticks = int(Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[19])
    return clock_gettime(CLOCK_BOOTTIME) - started_ticks / os.sysconf("SC_CLK_TCK")


def said(record: RunRecord) -> str:
    """Put a run in one line for the console, printed between runs."""
    measured = record.measured
    result = f"{measured.makespan_s:.3f} s" if measured.status == Status.OK else f"{measured.status}: {measured.reason}"
    return f"block {record.spec.block}  {record.spec.configuration}  {result}"


def log_file(path: Path) -> IO[bytes]:
    """Open the run's log. Raises SystemExit where it can't be opened."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb")
    except OSError as error:
        sys.exit(f"{path}: can't be written: {error.strerror}")


def main() -> None:
    """Do the run that the command line specifies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spec", required=True, help="the run's specification, as JSON (see RunSpec in run_record.py)")
    parser.add_argument("--timeout", required=True, type=float, metavar="S", help="seconds the makespan may take")
    parser.add_argument("--background-cpu", required=True, type=float, metavar="SHARE", help="share of CPU others may have")
    parser.add_argument("--attempts", required=True, type=int, metavar="N", help="how often to try where others have more")
    parser.add_argument("--certificate", required=True, type=Path, help="the server's private key and certificate")
    parser.add_argument("--bundle", required=True, type=Path, help="the certificates that clients trust")
    parser.add_argument("--record", required=True, type=Path, help="file to write: the run's record")
    parser.add_argument("--log", required=True, type=Path, help="file to write: what measured process and server print")
    parser.add_argument("--step", help="its place in the invocation, as JSON (see Step in progress.py)")
    arguments = parser.parse_args()
    supervise(lambda: work(arguments))


def work(arguments: argparse.Namespace) -> None:
    """Do the run, write its record and say how it came out."""
    adopt_orphans()
    spec = RunSpec.from_json(arguments.spec)
    certificates = Certificates(arguments.certificate, arguments.bundle)
    with log_file(arguments.log) as log:
        record = measure(spec, Limits(arguments.timeout, arguments.background_cpu, arguments.attempts), certificates, log)
    measured = record.measured
    measured.invocation, measured.node = os.environ.get(INVOCATION_VARIABLE), node_name()
    measured.concbench_version = concbench_version()
    measured.overhead_s = round(seconds_since_start(os.getppid()) - (measured.makespan_s or 0), 4)
    record.write(arguments.record)
    progress.say(said(record), arguments.step)


if __name__ == "__main__":
    main()
