"""Compare the machines, or cluster nodes, that measured the runs: write nodes.csv, a row for each."""

from __future__ import annotations

from concbench.analysis.nodes import compare_nodes
from concbench.cli import Inputs, make_table
from concbench.environment.surroundings import known_invocations
from concbench.records.rows import NodeRow


def rows(given: Inputs) -> list[NodeRow]:
    runs, probes = given.tables
    return compare_nodes(given.campaign, runs, probes, known_invocations(given.folder / "environment.json"))


if __name__ == "__main__":
    make_table(__doc__, NodeRow, rows, tables=["runs", "probes"])
