"""Write records of blocks for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from concbench.campaign.blocks import (
    block_names,
    list_records,
)
from concbench.campaign.campaign import Campaign
from concbench.campaign.plan import plan, spec
from concbench.measured.status import Status
from concbench.records.run_record import Measured, RunRecord
from concbench.workflow.graph import Graph
from support import factories


def planned(campaign: Campaign | None = None) -> Mapping[int, Sequence[str]]:
    return Graph(campaign or factories.campaign(), Path()).records


def unwritten(folder: Path) -> list[Path]:
    """Return the paths of the first block's records of runs; their folders are made, and no record is written."""
    paths = [folder / record for record in planned()[1] if record.startswith("runs/")]
    for path in paths:
        path.parent.mkdir(parents=True)
    return paths


def write(path: Path, invocation: str) -> None:
    asked = spec(factories.campaign(), plan(factories.campaign())[0])
    RunRecord(asked, Measured(Status.OK, invocation=invocation, node="one", makespan_s=1.0, workers=1)).write(path)


def measured(folder: Path, records: Mapping[int, Sequence[str]], block: int) -> None:
    """Write all records of a block, and mark it as measured."""
    list_records(folder, records)
    for record in records[block]:
        (folder / record).parent.mkdir(parents=True, exist_ok=True)
        (folder / record).touch()
    (folder / "blocks" / f"{block_names(records)[block]}.measured").touch()
