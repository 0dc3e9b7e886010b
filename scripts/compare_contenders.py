"""Compare every point with its experiment's baseline: runs.csv and summary.csv in, comparisons.csv out."""

from __future__ import annotations

from pathlib import Path

from concbench.analysis.comparisons import compare
from concbench.cli import campaign_and_tables, table_parser
from concbench.records.rows import ComparisonRow
from concbench.records.tables import write_table


def main() -> None:
    tables = ("runs", "summary")
    parser = table_parser(__doc__, *tables)
    parser.add_argument("--table", required=True, type=Path, help="file to write: comparisons.csv")
    arguments = parser.parse_args()
    campaign, (runs, summary) = campaign_and_tables(arguments, *tables)
    write_table(arguments.table, ComparisonRow, compare(campaign, runs, summary))


if __name__ == "__main__":
    main()
