"""Collect the records of a campaign's runs into runs.csv, a row for each planned run, none missing."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from campaign import Campaign
from plan import Run, contender_of, plan, spec
from record_paths import record_path
from run_record import Measured, RunRecord
from tables import PlannedRun, RunRow, write_table


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, type=Path, help="the campaign's config, as JSON")
    parser.add_argument("--records", required=True, type=Path, help="the folder of records")
    parser.add_argument("--table", required=True, type=Path, help="file to write: runs.csv")
    arguments = parser.parse_args()
    campaign = Campaign.read(arguments.config)
    write_table(arguments.table, RunRow, collect(campaign, arguments.records))


if __name__ == "__main__":
    main()
