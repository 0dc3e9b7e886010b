"""Measure one probe of one block, in a fresh process of the interpreter that it is of, and write its record."""

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


def said(probe: ProbeRun, metrics: list[Metric]) -> str:
    """Put a probe in one line for the console, printed between runs."""
    figures = [f"{one.metric} {one.value:.3g}" for one in metrics if one.value is not None]
    more = f" and {len(figures) - 3} more" if len(figures) > 3 else ""
    others = [f"{one.status}: {one.reason}" for one in metrics if one.status == Status.FAILED]
    return f"block {probe.block}  {probe.probe}  {', '.join([*figures[:3], *others])}{more}"


def main() -> None:
    """Measure the probe that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--probe", required=True, help="which, as JSON (see ProbeRun in plan.py)")
    parser.add_argument("--background-cpu", required=True, type=float, metavar="SHARE", help="share of CPU others may have")
    parser.add_argument("--attempts", required=True, type=int, metavar="N", help="how often to try where others have more")
    parser.add_argument("--record", required=True, type=Path, help="file to write, as JSON")
    parser.add_argument("--step", help="its place in the invocation, as JSON (see Step in progress.py)")
    arguments = parser.parse_args()
    supervise(lambda: work(arguments))


def work(arguments: argparse.Namespace) -> None:
    """Measure the probe, write its record and say how it came out."""
    probe = ProbeRun(**json.loads(arguments.probe))
    adopt_orphans()
    figures = measure(probe, arguments.background_cpu, arguments.attempts)
    ProbeRecord(**asdict(probe), invocation=os.environ.get(INVOCATION_VARIABLE), metrics=figures, node=node_name()).write(
        arguments.record
    )
    progress.say(said(probe, figures), arguments.step)


if __name__ == "__main__":
    main()
