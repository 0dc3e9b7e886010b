"""Compare every contender on each other interpreter with itself on the first: write interpreters.csv."""

from __future__ import annotations

from concbench.analysis.interpreter_ratios import compare_interpreters
from concbench.cli import make_table
from concbench.records.rows import InterpreterRow

if __name__ == "__main__":
    make_table(
        __doc__,
        InterpreterRow,
        lambda given: compare_interpreters(given.campaign, *given.tables),
        tables=["runs", "summary"],
    )
