"""Make campaigns whose blocks go to nodes."""

from __future__ import annotations

from pathlib import Path

from concbench.campaign.campaign import Campaign
from concbench.campaign.plan import spec
from concbench.measured.status import Status
from concbench.records.run_record import Measured, RunRecord
from concbench.workflow.graph import Graph

FOLDER = Path("results/synthetic")


def graph_of(campaign: Campaign) -> Graph:
    return Graph(campaign, FOLDER)


def write_record(campaign: Campaign) -> None:
    """Return the record of the plan's first run."""
    (path, run), *_ = graph_of(campaign).runs.items()
    RunRecord(spec(campaign, run), Measured(Status.OK, makespan_s=2.0)).write(FOLDER / f"runs/{path}.json")
