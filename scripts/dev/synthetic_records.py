"""Write synthetic records of every run and micro-benchmark of a campaign, to test readers of records at any size.

Nothing is measured. The campaign's name must begin with ``synthetic``, so that nobody mistakes the results for measurements.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from random import Random

import yaml

from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.fingerprints import probe_path, record_path
from concbench.campaign.plan import ProbeRun, Run, plan, probe_plan, spec
from concbench.common.paths import ROOT
from concbench.measured.api import Metric
from concbench.measured.status import Status
from concbench.records.probe_record import ProbeRecord
from concbench.records.request_times import Requests
from concbench.records.run_record import ItemTimes, Measured, RunRecord, RunSpec
from concbench.runner.run import resolved_workers

ITEM_S = 0.1
LEAST_GAP_S = 0.002  # time of an item in addition to its wait


def item_times(asked: RunSpec, workers: int, random: Random) -> ItemTimes:
    """Deal items out to the workers in turn; each takes about 0.1 s."""
    ends, items = [0.01] * workers, ItemTimes([], [], [], [])
    for item in range(asked.size):
        worker = item % workers
        length = ITEM_S * random.lognormvariate(0, 0.05)
        items.start_s.append(round(ends[worker], 7))
        ends[worker] += length
        items.end_s.append(round(ends[worker], 7))
        items.cpu_s.append(round(LEAST_GAP_S / 2 if asked.server else length / workers, 7))
        items.thread.append(worker)
    return items


def requests(items: ItemTimes) -> Requests:
    """Return a request for each item, delayed for all of its time but a millisecond at either end."""
    received = [start + LEAST_GAP_S / 2 for start in items.start_s]
    released = [end - LEAST_GAP_S / 2 for end in items.end_s]
    numbers = list(range(len(received)))
    return Requests(numbers, items.thread, [b - a for a, b in zip(received, released)], received, received, released)


def record(asked: RunSpec, random: Random) -> RunRecord:
    """Make the record of a run."""
    workers = min(resolved_workers(asked), asked.size)
    items = item_times(asked, workers, random)
    makespan_s, cpu_s = max(items.end_s) + 0.01, sum(filter(None, items.cpu_s))
    measured = Measured(
        status=Status.OK, invocation="synthetic", attempts=1, started_at="2026-01-01T00:00:00.000+00:00",
        implementation="cpython", python_version="3.11.0", gil_enabled_at_start=True, gil_enabled=True, jit_enabled=False,
        workers=workers, makespan_s=makespan_s, setup_s=0.01,
        teardown_s=0.01, cpu_user_s=cpu_s, cpu_system_s=0.01, cpu_outside_s=0.0,
        cpus_used=cpu_s / makespan_s, voluntary_switches=asked.size,
        involuntary_switches=workers, peak_memory_bytes=30_000_000, items_ok=asked.size, threads_used=workers,
        machine_speed=1e7,
        background_cpu=0.0, overhead_s=0.25,
    )  # fmt: skip
    return RunRecord(asked, measured, items, requests(items) if asked.server else None)


def write_run(folder: Path, campaign: Campaign, run: Run) -> None:
    random = Random(f"{run.configuration.name}/{run.block}")
    record(spec(campaign, run), random).write(folder / "runs" / f"{record_path(campaign, run)}.json")


def write_probe(folder: Path, probe: ProbeRun) -> None:
    path = folder / "probes" / f"{probe_path(probe)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    figures = {"effective_parallelism": 1.8, "cpus": 2.0}
    metrics = [Metric(name, value, "") for name, value in figures.items()]
    ProbeRecord(**asdict(probe), invocation="synthetic", metrics=metrics).write(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path, help="config file of the campaign, in YAML")
    arguments = parser.parse_args()
    campaign = campaign_of(yaml.safe_load(arguments.config.read_text(encoding="utf-8")), str(arguments.config))
    if not campaign.name.startswith("synthetic"):
        raise SystemExit(f"{arguments.config}: campaign is {campaign.name}. Expected a name that begins with synthetic.")
    folder = ROOT / "results" / campaign.name
    for run in plan(campaign):
        write_run(folder, campaign, run)
    for probe in probe_plan(campaign):
        write_probe(folder, probe)


if __name__ == "__main__":
    main()
