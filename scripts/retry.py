"""Have the pipeline measure again what isn't ok, or whole points: delete those records, and the table made from them.

Prints what it deletes; afterwards `snakemake --cores all` with the campaign's config measures it again. It pairs with
what is measured in the same session alone; with --pairs, what it is compared with in its block is measured again too.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence
from pathlib import Path

from campaign import Campaign
from collect import collect
from plan import Run, plan
from tables import RunRow


def rivals(run: Run) -> tuple[object, ...]:
    """What the runs have in common that are compared with each other within a block."""
    return run.point.experiment, run.point.origin, run.point.interpreter, run.point.size, run.block


def torn(rows: Sequence[tuple[Run, RunRow]]) -> set[tuple[object, ...]]:
    """The blocks, each of one setting, in which a run doesn't count or not all are of one session."""
    sessions: dict[tuple[object, ...], set[str | None]] = {}
    for run, row in rows:
        sessions.setdefault(rivals(run), set()).add(row.session)
    return {rivals(run) for run, row in rows if row.status != "ok" or len(sessions[rivals(run)]) > 1}


def wanted(rows: Sequence[tuple[Run, RunRow]], points: Collection[str], pairs: bool) -> list[RunRow]:
    """The runs to measure again: those of some points, whole blocks that are torn, or else those that don't count."""
    if points:
        return [row for _, row in rows if row.point in points]
    if pairs:
        blocks = torn(rows)
        return [row for run, row in rows if rivals(run) in blocks]
    return [row for _, row in rows if row.status != "ok"]


def retry(folder: Path, points: Collection[str] = (), pairs: bool = False) -> list[str]:
    """Delete the records in a campaign's folder that ``wanted`` tells; a line for each.

    Raises SystemExit where the campaign has no such point.
    """
    campaign = Campaign.read(folder / "config.json")
    unknown = set(points) - {run.point.name for run in plan(campaign)}
    if unknown:
        raise SystemExit(f"{folder} has no point {', '.join(sorted(unknown))}; runs.csv has their names in its column point")
    records = folder / "runs"
    said = []
    for row in wanted(list(zip(plan(campaign), collect(campaign, records))), points, pairs):
        path = records / f"{row.record}.json"
        if path.exists():
            path.unlink()
            said.append(f"{row.point}, block {row.block}: {row.status}" + (f", {row.reason}" if row.reason else ""))
    if said:
        (folder / "runs.csv").unlink(missing_ok=True)
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the campaign's folder, such as results/article")
    parser.add_argument("--points", nargs="+", default=[], metavar="POINT", help="measure all of these again, ok or not")
    parser.add_argument(
        "--pairs", action="store_true", help="measure whole blocks again in which a run isn't ok, or is of another session"
    )
    arguments = parser.parse_args()
    said = retry(arguments.folder, arguments.points, arguments.pairs)
    print("\n".join(said) if said else "Everything that has been measured is ok.")


if __name__ == "__main__":
    main()
