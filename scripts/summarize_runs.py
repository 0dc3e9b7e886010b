"""Summarise runs.csv into summary.csv: best-of-N, median, spread and ideal of each point."""

from __future__ import annotations

from pathlib import Path

from concbench.analysis.summary import summarise
from concbench.cli import campaign_and_tables, table_parser
from concbench.records.rows import SummaryRow
from concbench.records.tables import write_table


def main() -> None:
    tables = ("runs", "probes")
    parser = table_parser(__doc__, *tables)
    parser.add_argument("--table", required=True, type=Path, help="file to write: summary.csv")
    arguments = parser.parse_args()
    campaign, (runs, probes) = campaign_and_tables(arguments, *tables)
    write_table(arguments.table, SummaryRow, summarise(campaign, runs, probes))


if __name__ == "__main__":
    main()
