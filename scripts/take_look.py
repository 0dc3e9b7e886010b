"""Look at a campaign's results after some blocks: write what the blocks up to the next look have to measure."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from concbench.campaign.campaign_reader import campaign_or_exit
from concbench.common.formatting import printable
from concbench.workflow.graph import Graph
from concbench.workflow.look import take_look


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, type=Path, help="config.json in the campaign's folder of results")
    parser.add_argument("--output", required=True, type=Path, metavar="FILE", help="file to write, in looks/ beside the config")
    arguments = parser.parse_args()
    graph = Graph(campaign_or_exit(arguments.config), arguments.config.parent)
    if graph.planned.look != arguments.output.stem:
        sys.exit(f"{arguments.output}: something was edited since this look was planned. Repeat the campaign's command.")
    print(printable(take_look(graph)), file=sys.stderr)


if __name__ == "__main__":
    main()
