"""Measure one block of a campaign on this node, all of it here and in one invocation; run by a cluster's job.

What an attempt before this one has left, on a node that was lost or in a job that was ended, is set aside: a block is
measured as a whole, unless it has been whole before and configurations have been added since. Then the pipeline is
started anew for this block alone, as on any machine.
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
    parser.add_argument("--config", required=True, type=Path, help="the campaign's config, as JSON, in its folder of results")
    parser.add_argument("--block", required=True, type=int, help="which, counted from 1")
    parser.add_argument("--marker", required=True, help="the file that says that the block has been measured")
    arguments = parser.parse_args()
    need_cpus()
    print(f"block {arguments.block} on {node_name()}", file=sys.stderr, flush=True)
    folder = arguments.config.parent / "blocks"
    folder.mkdir(exist_ok=True)
    with hold(folder / f"{arguments.block}.lock", wait=lambda holder: print(f"waiting for {holder}", file=sys.stderr)):
        sys.exit(measure_block(arguments.config, arguments.block, arguments.marker))


if __name__ == "__main__":
    main()
