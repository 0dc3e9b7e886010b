"""Collect the records of a campaign's probes into probes.csv, a row for each figure."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from probe_record import ProbeRecord
from tables import ProbeRow, write_table


def probe_rows(records: Iterable[Path]) -> Iterator[ProbeRow]:
    for path in records:
        record = ProbeRecord.read(path)
        about = {name: getattr(record, name) for name in ("probe", "interpreter", "block", "session")}
        for metric in record.metrics:
            yield ProbeRow(**about, **metric._asdict())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", required=True, type=Path, nargs="+", help="the records of the probes")
    parser.add_argument("--table", required=True, type=Path, help="file to write: probes.csv")
    arguments = parser.parse_args()
    try:
        write_table(arguments.table, ProbeRow, probe_rows(arguments.records))
    except ValueError as error:
        sys.exit(f"{error}: move it away, and the same command measures that probe again")


if __name__ == "__main__":
    main()
