"""Collect the items of each configuration's representative run: write items.csv, from which timing diagrams are drawn."""

from __future__ import annotations

from concbench.analysis.items import collect
from concbench.cli import make_table
from concbench.records.rows import ItemRow

if __name__ == "__main__":
    make_table(__doc__, ItemRow, lambda given: collect(given.tables[0], given.folder / "runs"), tables=["runs"])
