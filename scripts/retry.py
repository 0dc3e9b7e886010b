"""Have the pipeline measure again what isn't ok: delete those records, and the table that was made from them.

Prints what it deletes; afterwards `snakemake --cores all` with the campaign's config measures it again, unpaired with
what was measured before.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from campaign import Campaign
from collect import collect
from plan import plan
from record_paths import record_path


def retry(folder: Path) -> list[str]:
    """Delete the records in a campaign's folder whose runs don't count; a line for each."""
    campaign = Campaign.read(folder / "config.json")
    records = folder / "runs"
    said = []
    for run, row in zip(plan(campaign), collect(campaign, records)):
        path = records / f"{record_path(campaign, run)}.json"
        if row.status != "ok" and path.exists():
            path.unlink()
            said.append(f"{row.point}, block {row.block}: {row.status}, {row.reason}")
    if said:
        (folder / "runs.csv").unlink(missing_ok=True)
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the campaign's folder, such as results/article")
    said = retry(parser.parse_args().folder)
    print("\n".join(said) if said else "Everything that has been measured is ok.")


if __name__ == "__main__":
    main()
