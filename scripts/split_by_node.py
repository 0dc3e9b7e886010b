"""Make a campaign of each node's blocks, so that unlike nodes of a cluster get tables, figures and a report of their own.

Records are copied to results/<campaign>-<node>/; nothing is measured again. A block that is incomplete, or that several
nodes have measured since configurations were added, is left out and reported.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # PYTHONSAFEPATH leaves it out

from concbench.workflow.node_split import split_by_node


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the campaign's folder, such as results/sweep")
    arguments = parser.parse_args()
    try:
        made = list(split_by_node(arguments.folder))
    except ValueError as error:
        sys.exit(str(error))
    print("To make the tables, figures and report of each node, run:")
    for apart in made:
        print(f"  snakemake --cores all --configfile {apart}/config.json")


if __name__ == "__main__":
    main()
