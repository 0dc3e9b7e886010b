"""Fit the scaling laws to every worker sweep: write scaling.csv, a row for each contender, condition and law."""

from __future__ import annotations

from concbench.analysis.scaling import fit_all
from concbench.cli import make_table
from concbench.records.rows import ScalingRow

if __name__ == "__main__":
    make_table(
        __doc__,
        ScalingRow,
        lambda given: fit_all(given.campaign, *given.tables),
        tables=["runs", "summary", "comparisons"],
    )
