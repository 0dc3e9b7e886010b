"""Find everything that readers must know before they quote a result: write warnings.csv, a row for each warning."""

from __future__ import annotations

from collections.abc import Iterator

from concbench.analysis.findings import findings, probe_findings
from concbench.analysis.numeric_threads import numeric_findings
from concbench.cli import Inputs, make_table
from concbench.records.rows import ComparisonRow, InterpreterRow, ScalingRow, WarningRow
from concbench.records.tables import rows_of


def rows(given: Inputs) -> Iterator[WarningRow]:
    runs, summary, comparisons, interpreters, scaling, probes, items = given.tables
    compared = [*rows_of(comparisons, ComparisonRow), *rows_of(interpreters, InterpreterRow)]
    found = findings(given.campaign, runs, summary, compared, rows_of(scaling, ScalingRow))
    for finding in (*probe_findings(given.campaign, probes), *numeric_findings(runs, items, probes), *found):
        yield finding.row(given.campaign.name)


if __name__ == "__main__":
    make_table(
        __doc__, WarningRow, rows, tables=["runs", "summary", "comparisons", "interpreters", "scaling", "probes", "items"]
    )
