"""Compare every configuration with its experiment's baseline: write comparisons.csv, with speed-ups and verdicts."""

from __future__ import annotations

from concbench.analysis.comparisons import compare
from concbench.cli import make_table
from concbench.records.rows import ComparisonRow

if __name__ == "__main__":
    make_table(__doc__, ComparisonRow, lambda given: compare(given.campaign, *given.tables), tables=["runs", "summary"])
