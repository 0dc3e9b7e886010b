"""Compare the machines, or the nodes of a cluster, that measured a campaign, into nodes.csv."""

from __future__ import annotations

from pathlib import Path

from concbench.analysis.nodes import compare_nodes
from concbench.cli import campaign_and_tables, table_parser
from concbench.environment.session import read_sessions
from concbench.records.rows import NodeRow
from concbench.records.tables import write_table


def main() -> None:
    tables = ("runs", "probes")
    parser = table_parser(__doc__, *tables)
    parser.add_argument("--environment", required=True, type=Path, help="environment.json, where there is one")
    parser.add_argument("--table", required=True, type=Path, help="file to write: nodes.csv")
    arguments = parser.parse_args()
    campaign, (runs, probes) = campaign_and_tables(arguments, *tables)
    write_table(arguments.table, NodeRow, compare_nodes(campaign, runs, probes, read_sessions(arguments.environment)))


if __name__ == "__main__":
    main()
