"""Collect the records of a campaign's micro-benchmarks: write probes.csv, a row for each figure."""

from __future__ import annotations

import sys

from concbench.analysis.probes import probe_rows
from concbench.cli import make_table
from concbench.records.rows import ProbeRow

if __name__ == "__main__":
    try:
        make_table(__doc__, ProbeRow, lambda given: probe_rows(given.campaign, given.folder / "probes"))
    except ValueError as error:
        sys.exit(f"{error}: move it away, and the same command measures that probe again")
