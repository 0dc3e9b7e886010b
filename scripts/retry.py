"""Have the pipeline measure again what isn't ok, or whole points: delete those records, and the table made from them.

Prints what it deletes; afterwards `snakemake --cores all` with the campaign's config measures it again. It pairs with
what is measured in the same session, so name a point's baseline too where their comparison is to be paired.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection
from pathlib import Path

from campaign import Campaign
from collect import collect
from plan import plan
from record_paths import record_path


def retry(folder: Path, points: Collection[str] = ()) -> list[str]:
    """Delete the records in a campaign's folder whose runs don't count, or all those of some points; a line for each.

    Raises SystemExit where the campaign has no such point.
    """
    campaign = Campaign.read(folder / "config.json")
    unknown = set(points) - {run.point.name for run in plan(campaign)}
    if unknown:
        raise SystemExit(f"{folder} has no point {', '.join(sorted(unknown))}; runs.csv has their names in its column point")
    records = folder / "runs"
    said = []
    for run, row in zip(plan(campaign), collect(campaign, records)):
        path = records / f"{record_path(campaign, run)}.json"
        wanted = row.point in points if points else row.status != "ok"
        if wanted and path.exists():
            path.unlink()
            said.append(f"{row.point}, block {row.block}: {row.status}" + (f", {row.reason}" if row.reason else ""))
    if said:
        (folder / "runs.csv").unlink(missing_ok=True)
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the campaign's folder, such as results/article")
    parser.add_argument("--points", nargs="+", default=[], metavar="POINT", help="measure all of these again, ok or not")
    arguments = parser.parse_args()
    said = retry(arguments.folder, arguments.points)
    print("\n".join(said) if said else "Everything that has been measured is ok.")


if __name__ == "__main__":
    main()
