"""Collect the records of a campaign's runs: write runs.csv, a row for each planned run."""

from __future__ import annotations

from concbench.analysis.runs import collect
from concbench.cli import make_table
from concbench.records.rows import RunRow

if __name__ == "__main__":
    make_table(__doc__, RunRow, lambda given: collect(given.campaign, given.folder / "runs"))
