"""Collect the items of each point's typical run into items.csv, which the timing diagrams are drawn from."""

from __future__ import annotations

import argparse
from pathlib import Path

from concbench.analysis.items import collect
from concbench.records.rows import ItemRow, RunRow
from concbench.records.tables import read_table, write_table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", required=True, type=Path, help="runs.csv")
    parser.add_argument("--records", required=True, type=Path, help="the folder of records")
    parser.add_argument("--table", required=True, type=Path, help="file to write: items.csv")
    arguments = parser.parse_args()
    write_table(arguments.table, ItemRow, collect(read_table(arguments.runs, RunRow), arguments.records))


if __name__ == "__main__":
    main()
