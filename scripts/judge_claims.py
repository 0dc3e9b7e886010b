"""Answer the claims from a campaign's tables: write claims.csv, a row for each claim and interpreter."""

from __future__ import annotations

from pathlib import Path

from concbench.claims.judge import judge
from concbench.claims.reader import read_claims
from concbench.cli import campaign_and_tables, table_parser
from concbench.measured.machine import processors
from concbench.records.rows import ClaimRow
from concbench.records.tables import write_table


def main() -> None:
    tables = ("runs", "probes")
    parser = table_parser(__doc__, *tables)
    parser.add_argument("--statements", required=True, type=Path, help="the file of claims")
    parser.add_argument("--table", required=True, type=Path, help="file to write: claims.csv")
    arguments = parser.parse_args()
    campaign, (runs, probes) = campaign_and_tables(arguments, *tables)
    claims = read_claims(arguments.statements, campaign, processors())
    write_table(arguments.table, ClaimRow, list(judge(campaign, claims, runs, probes)))


if __name__ == "__main__":
    main()
