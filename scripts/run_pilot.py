"""Try the user's function for some seconds, so that a campaign can be planned. Called for --config own=FILE.

If it can't be measured, one sentence says why, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from concbench.runner.pilot import NoPilot, PilotOrder, run_pilot
from concbench.runner.subreaper import adopt_orphans
from concbench.runner.supervisor import supervise


def main() -> None:
    """Do the pilot that the command line describes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--order", required=True, help="file and interpreter, as JSON (see PilotOrder)")
    parser.add_argument("--output", required=True, type=Path, metavar="FILE", help="file to write the findings to")
    parser.add_argument("--log", required=True, type=Path, help="file to write the output of the work to")
    arguments = parser.parse_args()
    supervise(lambda: work(arguments))


def work(arguments: argparse.Namespace) -> None:
    """Do the pilot and write what it found."""
    adopt_orphans()
    order = PilotOrder(**json.loads(arguments.order))
    with arguments.log.open("wb") as log:
        try:
            pilot = run_pilot(order, Path(os.environ["TMPDIR"]), log)
        except NoPilot as error:
            sys.exit(str(error))
    pilot.write(arguments.output)


if __name__ == "__main__":
    main()
