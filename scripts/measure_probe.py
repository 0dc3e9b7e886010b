"""Measure one micro-benchmark of one block, in a fresh process of its interpreter, and write its record."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict
from pathlib import Path

from concbench.campaign.plan import ProbeRun
from concbench.common import progress
from concbench.common.variables import INVOCATION_VARIABLE
from concbench.environment.node import node_name
from concbench.measured.api import Metric
from concbench.measured.status import Status
from concbench.records.probe_record import ProbeRecord
from concbench.runner.probe import measure
from concbench.runner.subreaper import adopt_orphans
from concbench.runner.supervisor import supervise
from concbench.runner.watch import MEMORY_LIMIT


def result_of(metrics: list[Metric]) -> str:
    """Write a micro-benchmark's result in one line for the console."""
    figures = [f"{one.metric} {one.value:.3g}" for one in metrics if one.value is not None]
    more = f" and {len(figures) - 3} more" if len(figures) > 3 else ""
    others = [f"{one.status}: {one.reason}" for one in metrics if one.status == Status.FAILED]
    return f"{', '.join([*figures[:3], *others])}{more}"


def main() -> None:
    """Measure the micro-benchmark that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--probe", required=True, help="the micro-benchmark, as JSON (see ProbeRun in plan.py)")
    parser.add_argument("--background-cpu", required=True, type=float, metavar="SHARE", help="CPU share others may use, 0 to 1")
    parser.add_argument("--attempts", required=True, type=int, metavar="N", help="most attempts if other programs use more")
    parser.add_argument("--memory-limit", default=MEMORY_LIMIT, type=float, metavar="SHARE", help="memory it may use, 0 to 1")
    parser.add_argument("--record", required=True, type=Path, help="file to write the record to")
    parser.add_argument("--step", help="its step in the invocation, as JSON (see Step in progress.py)")
    arguments = parser.parse_args()
    supervise(lambda: work(arguments))


def work(arguments: argparse.Namespace) -> None:
    """Measure the micro-benchmark, write its record and print its result."""
    probe = ProbeRun(**json.loads(arguments.probe))
    adopt_orphans()
    figures = measure(probe, arguments.background_cpu, arguments.attempts, arguments.memory_limit)
    ProbeRecord(**asdict(probe), invocation=os.environ.get(INVOCATION_VARIABLE), metrics=figures, node=node_name()).write(
        arguments.record
    )
    progress.say(result_of(figures), arguments.step, f"block {probe.block}  {probe.probe}")


if __name__ == "__main__":
    main()
