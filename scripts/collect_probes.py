"""Collect the records of a campaign's probes into probes.csv, a row for each figure."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from tables import ProbeRow, write_table


def probe_rows(records: Iterable[Path]) -> Iterator[ProbeRow]:
    for path in records:
        record = json.loads(path.read_text(encoding="utf-8"))
        for metric in record["metrics"]:
            about = {name: record[name] for name in ("probe", "interpreter", "block", "session")}
            yield ProbeRow(**about, **metric)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", required=True, type=Path, nargs="+", help="the records of the probes")
    parser.add_argument("--table", required=True, type=Path, help="file to write: probes.csv")
    arguments = parser.parse_args()
    write_table(arguments.table, ProbeRow, probe_rows(arguments.records))


if __name__ == "__main__":
    main()
