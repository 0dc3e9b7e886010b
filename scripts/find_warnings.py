"""Write warnings.csv: what a reader of the campaign's tables must know, and what to do about it."""

from __future__ import annotations

from pathlib import Path

from concbench.analysis.findings import findings
from concbench.cli import campaign_and_tables, table_parser
from concbench.records.rows import ComparisonRow, InterpreterRow, ScalingRow, WarningRow
from concbench.records.tables import rows_of, write_table


def main() -> None:
    tables = ("runs", "summary", "comparisons", "interpreters", "scaling")
    parser = table_parser(__doc__, *tables)
    parser.add_argument("--table", required=True, type=Path, help="file to write: warnings.csv")
    arguments = parser.parse_args()
    campaign, (runs, summary, comparisons, interpreters, scaling) = campaign_and_tables(arguments, *tables)
    compared = [*rows_of(comparisons, ComparisonRow), *rows_of(interpreters, InterpreterRow)]
    found = findings(campaign, runs, summary, compared, rows_of(scaling, ScalingRow))
    write_table(arguments.table, WarningRow, [one.row(campaign.name) for one in found])


if __name__ == "__main__":
    main()
