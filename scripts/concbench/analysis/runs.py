"""Collect the records of a campaign's runs into runs.csv, a row for each planned run, none missing."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from concbench.campaign.campaign import Campaign
from concbench.campaign.fingerprints import record_path
from concbench.campaign.plan import Run, contender_of, plan, spec
from concbench.records.rows import PlannedRun, RunRow
from concbench.records.run_record import Measured, RunRecord


def planned(campaign: Campaign, run: Run) -> PlannedRun:
    point, contender = run.point, contender_of(campaign, run.point)
    return PlannedRun(
        campaign=campaign.name,
        point=point.name,
        experiment=point.experiment,
        contender=point.contender,
        model=contender.model,
        workload=campaign.experiments[point.experiment].workload,
        client=contender.client,
        origin=point.origin,
        interpreter=point.interpreter,
        workers_asked=str(point.workers_asked),
        size=point.size,
        block=run.block,
        order=run.order,
        record=record_path(campaign, run),
    )


def measured(campaign: Campaign, run: Run, path: Path) -> Measured:
    """What the run's record says; ``missing`` where there is none that belongs to this plan."""
    if not path.exists():
        return Measured("missing", "planned, not measured yet")
    try:
        record = RunRecord.read(path)
    except ValueError as error:
        return Measured("missing", str(error))
    if record.spec != spec(campaign, run):
        return Measured("missing", "measured under another config")
    return record.measured


def collect(campaign: Campaign, records: Path) -> list[RunRow]:
    """A row for each planned run, in the order of the plan; ``records`` is the folder of their records."""
    return [
        RunRow(
            **asdict(planned(campaign, run)), **asdict(measured(campaign, run, records / f"{record_path(campaign, run)}.json"))
        )
        for run in plan(campaign)
    ]
