"""Fit the scaling laws to every worker sweep: write scaling.csv, a row for each contender, setting and law."""

from __future__ import annotations

from pathlib import Path

from concbench.analysis.scaling import fit_all
from concbench.cli import campaign_and_tables, table_parser
from concbench.records.rows import ScalingRow
from concbench.records.tables import write_table


def main() -> None:
    tables = ("runs", "summary", "comparisons")
    parser = table_parser(__doc__, *tables)
    parser.add_argument("--table", required=True, type=Path, help="file to write: scaling.csv")
    arguments = parser.parse_args()
    campaign, (runs, summary, comparisons) = campaign_and_tables(arguments, *tables)
    write_table(arguments.table, ScalingRow, fit_all(campaign, runs, summary, comparisons))


if __name__ == "__main__":
    main()
