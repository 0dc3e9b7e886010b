"""Delete the records of failed or excluded runs, so that the next `snakemake` command measures them again.

Runs are compared only within a block and an invocation. Use --pairs to repeat whole blocks, so that comparisons stay paired.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # PYTHONSAFEPATH leaves it out

from concbench.common.formatting import printable
from concbench.workflow.retry import retry


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the campaign's folder, such as results/article")
    parser.add_argument(
        "--configurations", nargs="+", default=[], metavar="CONFIGURATION", help="repeat all runs of these, ok or not"
    )
    parser.add_argument(
        "--pairs", action="store_true", help="repeat whole blocks in which a run doesn't count or is of another invocation"
    )
    arguments = parser.parse_args()
    said = retry(arguments.folder, arguments.configurations, arguments.pairs)
    if said:
        print(printable("\n".join(said)))
        print(f"Deleted {len(said)} records. Repeat the campaign's command to measure them again.")
    else:
        print("Nothing to repeat: all measured runs are ok.")


if __name__ == "__main__":
    main()
