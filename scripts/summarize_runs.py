"""Summarize the runs of each configuration: write summary.csv, with median, best of N, spread and lower bound."""

from __future__ import annotations

from concbench.analysis.summary import summarize
from concbench.cli import make_table
from concbench.records.rows import SummaryRow

if __name__ == "__main__":
    make_table(__doc__, SummaryRow, lambda given: summarize(given.campaign, *given.tables), tables=["runs", "probes"])
