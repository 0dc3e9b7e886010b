"""Have the pipeline measure again what isn't ok, or whole configurations: delete those records, and the table made from them.

Prints what it deletes; afterwards `snakemake --cores all` with the campaign's config measures it again. It pairs with
what is measured in the same invocation alone; with --pairs, what it is compared with in its block is measured again too.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from concbench.workflow.retry import retry


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the campaign's folder, such as results/article")
    parser.add_argument(
        "--configurations", nargs="+", default=[], metavar="CONFIGURATION", help="measure all of these again, ok or not"
    )
    parser.add_argument(
        "--pairs", action="store_true", help="measure whole blocks again in which a run isn't ok, or is of another invocation"
    )
    arguments = parser.parse_args()
    said = retry(arguments.folder, arguments.configurations, arguments.pairs)
    if said:
        print("\n".join(said))
        print(f"Deleted {len(said)} records. The command that measured the campaign now measures these runs again.")
    else:
        print("Everything that has been measured is ok.")


if __name__ == "__main__":
    main()
