"""Have the pipeline measure again what isn't ok, or whole points: delete those records, and the table made from them.

Prints what it deletes; afterwards `snakemake --cores all` with the campaign's config measures it again. It pairs with
what is measured in the same session alone; with --pairs, what it is compared with in its block is measured again too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from concbench.analysis.runs import collect
from concbench.campaign.blocks import forget_blocks
from concbench.campaign.campaign import CAPACITY
from concbench.campaign.fingerprints import probe_path
from concbench.campaign.plan import ProbeRun, Run, plan, probe_plan
from concbench.campaign.reader import read_campaign
from concbench.records.probe_record import ProbeRecord
from concbench.records.rows import RunRow

CANNOT_CHANGE = ("ok", "skipped")  # what was skipped for want of something will be skipped again


def rivals(run: Run) -> tuple[object, ...]:
    """What the runs have in common that are compared with each other within a block, across interpreters too."""
    return run.point.experiment, run.point.origin, run.point.size, run.block


def torn(rows: Sequence[tuple[Run, RunRow]]) -> set[tuple[object, ...]]:
    """The blocks, each of one setting, in which a run doesn't count that might, or not all are of one session."""
    sessions: dict[tuple[object, ...], set[str | None]] = {}
    for run, row in rows:
        if row.status == "ok":
            sessions.setdefault(rivals(run), set()).add(row.session)
    apart = {block for block, own in sessions.items() if len(own) > 1}
    return apart | {rivals(run) for run, row in rows if row.status not in CANNOT_CHANGE}


def wanted(rows: Sequence[tuple[Run, RunRow]], points: Collection[str], pairs: bool) -> list[RunRow]:
    """The runs to measure again: those of some points, or that don't count; with ``pairs`` all of their settings' blocks."""
    if points and not pairs:
        return [row for _, row in rows if row.point in points]
    if pairs:
        blocks = {rivals(run) for run, row in rows if row.point in points} if points else torn(rows)
        return [row for run, row in rows if rivals(run) in blocks]
    return [row for _, row in rows if row.status != "ok"]


def retry(folder: Path, points: Collection[str] = (), pairs: bool = False) -> list[str]:
    """Delete the records in a campaign's folder that ``wanted`` tells; a line for each.

    Likewise those of probes that came to nothing, unless points are named, and with ``pairs`` those of the machine's parallel
    capacity in the same blocks. Raises SystemExit where there is no campaign, or it has no such point.
    """
    if not (folder / "config.json").exists():
        raise SystemExit(f"{folder}: no campaign has been measured there")
    campaign = read_campaign(folder / "config.json")
    unknown = set(points) - {run.point.name for run in plan(campaign)}
    if unknown:
        raise SystemExit(f"{folder} has no point {', '.join(sorted(unknown))}; runs.csv has their names in its column point")
    again = wanted(list(zip(plan(campaign), collect(campaign, folder / "runs"))), points, pairs)
    deleted = [row for row in again if delete(folder / "runs" / f"{row.record}.json")]
    blocks = {row.block for row in again} if pairs else set()
    probes = [
        probe
        for probe in probe_plan(campaign)
        if (probe.probe == CAPACITY and probe.block in blocks) or (not points and came_to_nothing(folder / path_of(probe)))
    ]
    remeasured = [probe for probe in probes if delete(folder / path_of(probe))]
    forget_blocks(folder, {row.block for row in deleted} | {probe.block for probe in remeasured})
    if deleted or remeasured:  # the tables made of them, since Snakemake doesn't look behind what is there
        (folder / "runs.csv").unlink(missing_ok=True)
        (folder / "probes.csv").unlink(missing_ok=True)
    return [
        *(f"{row.point}, block {row.block}: {row.status}" + (f", {row.reason}" if row.reason else "") for row in deleted),
        *(f"the probe {probe.probe}, block {probe.block}" for probe in remeasured),
    ]


def path_of(probe: ProbeRun) -> Path:
    """A probe's record in the campaign's folder."""
    return Path("probes") / f"{probe_path(probe)}.json"


def came_to_nothing(record: Path) -> bool:
    """Whether a probe was tried and failed, took too long or was disturbed."""
    if not record.exists():
        return False
    return any(metric.status not in CANNOT_CHANGE for metric in ProbeRecord.read(record).metrics)


def delete(path: Path) -> bool:
    """Whether there was such a file."""
    there = path.exists()
    path.unlink(missing_ok=True)
    return there
