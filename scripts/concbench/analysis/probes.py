"""Collect the records of a campaign's micro-benchmarks into probes.csv, a row for each figure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from concbench.campaign.blocks import whole_or_next
from concbench.campaign.campaign import Campaign
from concbench.campaign.fingerprints import probe_path
from concbench.campaign.plan import probe_plan
from concbench.measured.status import Status
from concbench.records.probe_record import ProbeRecord
from concbench.records.rows import ProbeRow


def probe_rows(campaign: Campaign, records: Path) -> Iterator[ProbeRow]:
    """Make the rows of all planned micro-benchmarks measured so far; ``records`` is their folder.

    A record that can't be read is a row that says so.
    """
    for probe in probe_plan(campaign):
        path = records / f"{whole_or_next(records, probe_path(probe))}.json"
        if not path.exists():
            continue
        try:
            record = ProbeRecord.read(path)
        except ValueError as error:
            row = ProbeRow(probe=probe.probe, block=probe.block, metric="", unit="", status=Status.MISSING, reason=str(error))
            row.interpreter = probe.interpreter
            yield row
            continue
        about = {name: getattr(record, name) for name in ("probe", "interpreter", "block", "invocation", "node")}
        for metric in record.metrics:
            yield ProbeRow(**about, **metric._asdict())
