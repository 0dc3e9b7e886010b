"""Collect the records of a campaign's runs into runs.csv, a row for each planned run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from concbench.campaign.blocks import whole_or_next
from concbench.campaign.campaign import Campaign
from concbench.campaign.fingerprints import record_path
from concbench.campaign.plan import Run, contender_of, plan, spec
from concbench.measured.status import Status
from concbench.records.rows import PlannedRun, RunRow
from concbench.records.run_record import Measured, RunRecord

FAULTY = (Status.FAILED, Status.TIMEOUT, Status.INVALID)  # statuses of runs whose work failed, was too slow, or was wrong


def planned(campaign: Campaign, run: Run, record: str) -> PlannedRun:
    """Return the columns of a run that the plan knows; ``record`` is the path of its record, without the ending."""
    configuration, contender = run.configuration, contender_of(campaign, run.configuration)
    return PlannedRun(
        campaign=campaign.name,
        configuration=configuration.name,
        experiment=configuration.experiment,
        contender=configuration.contender,
        model=contender.model,
        workload=campaign.experiments[configuration.experiment].workload,
        client=contender.client,
        server=configuration.server,
        interpreter=configuration.interpreter,
        workers_asked=str(configuration.workers_asked),
        size=configuration.size,
        block=run.block,
        order=run.order,
        record=record,
    )


def measured(campaign: Campaign, run: Run, path: Path) -> Measured:
    """Read a run's record; its status is ``missing`` if no record belongs to this plan."""
    if not path.exists():
        return Measured(Status.MISSING, "planned, not measured yet")
    try:
        record = RunRecord.read(path)
    except ValueError as error:
        return Measured(Status.MISSING, str(error))
    if record.spec != spec(campaign, run):
        return Measured(Status.MISSING, "measured under another config")
    if problem := next(record.problems(), None):
        return Measured(Status.MISSING, f"{path}: this is not a run record ({problem}).")
    return record.measured


def planned_runs(campaign: Campaign, records: Path) -> list[Run]:
    """Return the runs that runs.csv lists; of a campaign with looks those up to the first one, and later ones with a record.

    ``records`` is the folder of the records.
    """
    looks, runs = campaign.looks, plan(campaign)
    if looks is None:
        return runs
    return [run for run in runs if run.block <= looks.at_least or (records / f"{record_path(campaign, run)}.json").exists()]


def collect(campaign: Campaign, records: Path, runs: Iterable[Run] | None = None) -> list[RunRow]:
    """Return a row for each run, by default each that runs.csv lists; ``records`` is the folder of their records."""
    rows = []
    for run in planned_runs(campaign, records) if runs is None else runs:
        record = whole_or_next(records, record_path(campaign, run))
        found = measured(campaign, run, records / f"{record}.json")
        rows.append(RunRow(**asdict(planned(campaign, run, record)), **asdict(found)))
    return rows
