"""Collect the records of a campaign's micro-benchmarks: write probes.csv, a row for each metric."""

from __future__ import annotations

import sys

from concbench.analysis.probes import probe_rows
from concbench.cli import make_table
from concbench.records.rows import ProbeRow

if __name__ == "__main__":
    try:
        make_table(__doc__, ProbeRow, lambda given: probe_rows(given.campaign, given.folder / "probes"))
    except ValueError as error:
        sys.exit(f"{error} Delete the file, then repeat the command to measure it again.")
