"""Delete the records of failed or excluded runs, or of whole configurations, so that the pipeline measures them again.

The tables made from them are deleted, too. With ``pairs`` whole blocks are deleted, because a run is compared only with runs
of its block and invocation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from concbench.analysis.runs import collect, planned_runs
from concbench.campaign.blocks import forget_blocks, whole_or_next
from concbench.campaign.campaign import EFFECTIVE_PARALLELISM
from concbench.campaign.campaign_reader import campaign_or_exit
from concbench.campaign.fingerprints import probe_path
from concbench.campaign.plan import ProbeRun, Run, plan, probe_plan
from concbench.campaign.plan import configurations as configurations_of
from concbench.campaign.titles import configuration_title
from concbench.environment.locks import Locked, lock_campaign
from concbench.measured.status import Status
from concbench.records.probe_record import ProbeRecord
from concbench.records.rows import RunRow

CANNOT_CHANGE = (Status.OK, Status.SKIPPED)  # a skipped run would be skipped again


def rivals(run: Run) -> tuple[object, ...]:
    """Return what runs have in common that are compared with each other within a block, also across interpreters."""
    return run.configuration.experiment, run.configuration.server, run.configuration.size, run.block


def torn(rows: Sequence[tuple[Run, RunRow]]) -> set[tuple[object, ...]]:
    """Find the blocks of a condition in which a run doesn't count but could, or whose runs are of several invocations."""
    invocations: dict[tuple[object, ...], set[str | None]] = {}
    for run, row in rows:
        if row.status == Status.OK:
            invocations.setdefault(rivals(run), set()).add(row.invocation)
    apart = {block for block, own in invocations.items() if len(own) > 1}
    return apart | {rivals(run) for run, row in rows if row.status not in CANNOT_CHANGE}


def wanted(rows: Sequence[tuple[Run, RunRow]], configurations: Collection[str], pairs: bool) -> list[RunRow]:
    """Select the runs to measure again: of some configurations, or those that don't count; with ``pairs`` whole blocks."""
    if configurations and not pairs:
        return [row for _, row in rows if row.configuration in configurations]
    if pairs:
        blocks = {rivals(run) for run, row in rows if row.configuration in configurations} if configurations else torn(rows)
        return [row for run, row in rows if rivals(run) in blocks]
    return [row for _, row in rows if row.status != Status.OK]


def retry(folder: Path, configurations: Collection[str] = (), pairs: bool = False) -> list[str]:
    """Delete the records of the runs that ``wanted`` selects, and return a line for each.

    Without ``configurations``, records of micro-benchmarks that came to nothing are deleted, too. With ``pairs``, those of
    effective parallelism in the same blocks are deleted as well.

    Raises:
        SystemExit: If the folder contains no campaign, or the campaign has no such configuration.
    """
    if not (folder / "config.json").exists():
        raise SystemExit(f"{folder}: this folder contains no campaign (no config.json).")
    with campaign_lock(folder):
        return delete_records(folder, configurations, pairs)


@contextmanager
def campaign_lock(folder: Path) -> Iterator[None]:
    """Lock the campaign, so that no pipeline works on it. Raise SystemExit if one does."""
    try:
        lock = lock_campaign(folder)
    except Locked as error:
        raise SystemExit(str(error)) from None
    except OSError as error:
        raise SystemExit(f"{error.filename}: cannot lock this ({error.strerror}). Fix that, then repeat the command.") from None
    with lock:
        yield


def delete_records(folder: Path, configurations: Collection[str], pairs: bool) -> list[str]:
    """Do what ``retry`` does, for a campaign that this process has locked."""
    campaign = campaign_or_exit(folder / "config.json")
    unknown = set(configurations) - {run.configuration.name for run in plan(campaign)}
    if unknown:
        raise SystemExit(
            f"{folder}: there is no configuration {', '.join(sorted(unknown))}. See the column configuration of runs.csv."
        )
    runs = planned_runs(campaign, folder / "runs")
    again = wanted(list(zip(runs, collect(campaign, folder / "runs", runs))), configurations, pairs)
    deleted = [row for row in again if delete(folder / "runs" / f"{row.record}.json")]
    blocks = {row.block for row in again} if pairs else set()
    probes = [
        probe
        for probe in probe_plan(campaign)
        if (probe.probe == EFFECTIVE_PARALLELISM and probe.block in blocks)
        or (not configurations and came_to_nothing(path_of(probe, folder)))
    ]
    remeasured = [probe for probe in probes if delete(path_of(probe, folder))]
    forget_blocks(folder, {row.block for row in deleted} | {probe.block for probe in remeasured})
    if deleted or remeasured:  # otherwise Snakemake would keep the tables made from them
        (folder / "runs.csv").unlink(missing_ok=True)
        (folder / "probes.csv").unlink(missing_ok=True)
    titles = {one.name: configuration_title(campaign, one) for one in configurations_of(campaign)}
    return [
        *(
            f"{titles[row.configuration]}, block {row.block}: {row.status}" + (f", {row.reason}" if row.reason else "")
            for row in deleted
        ),
        *(f"{probe.probe}, block {probe.block}" for probe in remeasured),
    ]


def path_of(probe: ProbeRun, folder: Path) -> Path:
    """Return the record of a micro-benchmark."""
    return folder / "probes" / f"{whole_or_next(folder / 'probes', probe_path(probe))}.json"


def came_to_nothing(record: Path) -> bool:
    """Check whether a micro-benchmark was tried and failed, timed out or was interfered with, or its record is damaged."""
    if not record.exists():
        return False
    try:
        return any(metric.status not in CANNOT_CHANGE for metric in ProbeRecord.read(record).metrics)
    except ValueError:
        return True


def delete(path: Path) -> bool:
    """Delete a file, and return whether it existed."""
    there = path.exists()
    path.unlink(missing_ok=True)
    return there
