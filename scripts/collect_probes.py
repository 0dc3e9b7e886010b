"""Collect the records of a campaign's probes into probes.csv, a row for each figure."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from campaign import Campaign
from plan import probe_plan
from probe_record import ProbeRecord
from record_paths import probe_path
from tables import ProbeRow, write_table


def probe_rows(campaign: Campaign, records: Path) -> Iterator[ProbeRow]:
    """The rows of all planned probes that have been measured; ``records`` is their folder. Raises ValueError."""
    for path in (records / f"{probe_path(probe)}.json" for probe in probe_plan(campaign)):
        if not path.exists():
            continue
        record = ProbeRecord.read(path)
        about = {name: getattr(record, name) for name in ("probe", "interpreter", "block", "session", "node")}
        for metric in record.metrics:
            yield ProbeRow(**about, **metric._asdict())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, type=Path, help="the campaign's config, as JSON")
    parser.add_argument("--records", required=True, type=Path, help="the folder of records")
    parser.add_argument("--table", required=True, type=Path, help="file to write: probes.csv")
    arguments = parser.parse_args()
    try:
        write_table(arguments.table, ProbeRow, probe_rows(Campaign.read(arguments.config), arguments.records))
    except ValueError as error:
        sys.exit(f"{error}: move it away, and the same command measures that probe again")


if __name__ == "__main__":
    main()
