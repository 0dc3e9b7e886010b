"""Measure one run: start the server and the measured process, do the run, and write its record.

If the measured process or the server fails, the record says so, and the exit status is still 0.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from time import CLOCK_BOOTTIME, clock_gettime
from typing import IO

from concbench import __version__
from concbench.common.content import have_content
from concbench.common.formatting import printable
from concbench.common.variables import INVOCATION_VARIABLE, PIPELINE_VARIABLE
from concbench.environment.node import node_name
from concbench.records.run_record import RunSpec
from concbench.runner.run import Certificates, Limits, measure
from concbench.runner.subreaper import adopt_orphans
from concbench.runner.supervisor import supervise
from concbench.runner.watch import MEMORY_LIMIT


def seconds_since_start(process: int) -> float:
    """Return how long a process has existed, in seconds, to 10 ms."""
    started_ticks = int(Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[19])
    return clock_gettime(CLOCK_BOOTTIME) - started_ticks / os.sysconf("SC_CLK_TCK")


def log_file(path: Path) -> IO[bytes]:
    """Open the run's log. Raise SystemExit if that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb")
    except OSError as error:
        sys.exit(f"{path}: cannot write this file: {error.strerror}")


def require_unedited(spec: RunSpec, expected: str | None) -> None:
    """Exit if the user's own files, of which ``expected`` is the hash, were edited after Snakemake had planned the run."""
    file = spec.workload_options.get("file")
    if file and expected and not are_unedited(file, spec.interpreter, expected):
        sys.exit(f"{file}, or what it imports: edited while the campaign ran, so this run is not kept. Repeat the command.")


def are_unedited(file: str, interpreter: str, expected: str) -> bool:
    from concbench.campaign.own_file import OwnFileError, folders_for  # slow to import, and other work doesn't need it
    from concbench.campaign.own_sources import own_sources

    try:
        return have_content(own_sources(file, folders_for(interpreter)), expected)
    except OwnFileError:
        return False


def main() -> None:
    """Do the run that the command line describes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spec", required=True, help="the run to do, as JSON (see RunSpec in run_record.py)")
    parser.add_argument("--timeout", required=True, type=float, metavar="S", help="time limit of the timed part, in seconds")
    parser.add_argument("--background-cpu", required=True, type=float, metavar="SHARE", help="CPU share others may use, 0 to 1")
    parser.add_argument("--attempts", required=True, type=int, metavar="N", help="attempts at most if other programs use more")
    parser.add_argument("--memory-limit", default=MEMORY_LIMIT, type=float, metavar="SHARE", help="memory it may use, 0 to 1")
    parser.add_argument("--certificates", required=True, type=Path, help="folder with server.pem and bundle.pem")
    parser.add_argument("--record", required=True, type=Path, help="file to write the record to")
    parser.add_argument("--log", required=True, type=Path, help="file to write the output of measured process and server to")
    parser.add_argument("--own-file", metavar="HASH", help="of the user's file, if any: if it has another now, stop")
    arguments = parser.parse_args()
    supervise(lambda: work(arguments))


def work(arguments: argparse.Namespace) -> None:
    """Do the run and write its record. Print its result if the pipeline doesn't."""
    adopt_orphans()
    spec = RunSpec.from_json(arguments.spec)
    certificates = Certificates(arguments.certificates)
    limits = Limits(arguments.timeout, arguments.background_cpu, arguments.attempts, arguments.memory_limit)
    with log_file(arguments.log) as log:
        record = measure(spec, limits, certificates, log)
    require_unedited(spec, arguments.own_file)
    measured = record.measured
    measured.invocation, measured.node = os.environ.get(INVOCATION_VARIABLE), node_name()
    measured.concbench_version = __version__
    measured.overhead_s = round(seconds_since_start(os.getppid()) - (measured.makespan_s or 0), 4)
    record.write(arguments.record)
    if PIPELINE_VARIABLE not in os.environ:
        print(printable(f"block {spec.block}  {spec.configuration}  {measured.result}"), file=sys.stderr)


if __name__ == "__main__":
    main()
