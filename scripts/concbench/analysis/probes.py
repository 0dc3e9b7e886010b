"""Collect the records of a campaign's micro-benchmarks into probes.csv, a row for each figure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from concbench.campaign.blocks import whole_or_next
from concbench.campaign.campaign import Campaign
from concbench.campaign.fingerprints import probe_path
from concbench.campaign.plan import probe_plan
from concbench.records.probe_record import ProbeRecord
from concbench.records.rows import ProbeRow


def probe_rows(campaign: Campaign, records: Path) -> Iterator[ProbeRow]:
    """Make the rows of all planned micro-benchmarks measured so far; ``records`` is their folder. Raises ValueError."""
    for path in (records / f"{whole_or_next(records, probe_path(probe))}.json" for probe in probe_plan(campaign)):
        if not path.exists():
            continue
        record = ProbeRecord.read(path)
        about = {name: getattr(record, name) for name in ("probe", "interpreter", "block", "invocation", "node")}
        for metric in record.metrics:
            yield ProbeRow(**about, **metric._asdict())
