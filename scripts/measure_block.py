"""Measure one block of a campaign on this node, in one invocation. A cluster's job runs this.

Records that an earlier attempt left, after a lost node or a killed job, are set aside: a block is measured as a whole,
unless it was complete before and configurations have been added since.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from concbench.environment.locks import hold
from concbench.environment.node import node_name
from concbench.workflow.block import measure_block, need_cpus


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, type=Path, help="config.json in the campaign's folder of results")
    parser.add_argument("--block", required=True, type=int, help="number of the block, from 1")
    parser.add_argument("--marker", required=True, help="file that marks the block as measured")
    arguments = parser.parse_args()
    need_cpus()
    print(f"block {arguments.block} on {node_name()}", file=sys.stderr, flush=True)
    folder = arguments.config.parent / "blocks"
    folder.mkdir(exist_ok=True)
    with hold(folder / f"{arguments.block}.lock", wait=lambda holder: print(f"waiting for {holder}", file=sys.stderr)):
        sys.exit(measure_block(arguments.config, arguments.block, arguments.marker))


if __name__ == "__main__":
    main()
