"""Measure one micro-benchmark of one block, in a fresh process of its interpreter, and write its record."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from concbench.campaign.plan import ProbeRun
from concbench.common.formatting import printable
from concbench.common.variables import INVOCATION_VARIABLE, PIPELINE_VARIABLE
from concbench.environment.node import node_name
from concbench.records.probe_record import ProbeRecord
from concbench.runner.probe import measure
from concbench.runner.subreaper import adopt_orphans
from concbench.runner.supervisor import supervise
from concbench.runner.watch import MEMORY_LIMIT


def main() -> None:
    """Measure the micro-benchmark that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--probe", required=True, help="the micro-benchmark, as JSON (see ProbeRun in plan.py)")
    parser.add_argument("--background-cpu", required=True, type=float, metavar="SHARE", help="CPU share others may use, 0 to 1")
    parser.add_argument("--attempts", required=True, type=int, metavar="N", help="attempts at most if other programs use more")
    parser.add_argument("--memory-limit", default=MEMORY_LIMIT, type=float, metavar="SHARE", help="memory it may use, 0 to 1")
    parser.add_argument("--record", required=True, type=Path, help="file to write the record to")
    arguments = parser.parse_args()
    supervise(lambda: work(arguments))


def work(arguments: argparse.Namespace) -> None:
    """Measure the micro-benchmark and write its record. Print its result if the pipeline doesn't."""
    probe = ProbeRun(**json.loads(arguments.probe))
    adopt_orphans()
    metrics = measure(probe, arguments.background_cpu, arguments.attempts, arguments.memory_limit)
    record = ProbeRecord(**asdict(probe), invocation=os.environ.get(INVOCATION_VARIABLE), metrics=metrics, node=node_name())
    record.write(arguments.record)
    if PIPELINE_VARIABLE not in os.environ:
        print(printable(f"block {probe.block}  {probe.probe}  {record.result}"), file=sys.stderr)


if __name__ == "__main__":
    main()
