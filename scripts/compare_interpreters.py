"""Compare every point with the same on the campaign's first interpreter: other tables in, interpreters.csv out."""

from __future__ import annotations

from pathlib import Path

from concbench.analysis.interpreters import compare_interpreters
from concbench.cli import campaign_and_tables, table_parser
from concbench.records.rows import InterpreterRow
from concbench.records.tables import write_table


def main() -> None:
    tables = ("runs", "summary", "comparisons")
    parser = table_parser(__doc__, *tables)
    parser.add_argument("--table", required=True, type=Path, help="file to write: interpreters.csv")
    arguments = parser.parse_args()
    campaign, read = campaign_and_tables(arguments, *tables)
    write_table(arguments.table, InterpreterRow, compare_interpreters(campaign, *read))


if __name__ == "__main__":
    main()
