"""Track which blocks of a campaign are complete, and which records they consisted of.

``blocks/<block>-<digest>.records`` lists the records of a block, and the digest is that of their paths.
``blocks/<block>-<digest>.measured`` marks them as complete. After an edit of the config or a source, a block has other
records, and another pair of files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from concbench.campaign.fingerprints import digest
from concbench.campaign.plan import ProbeRun, Run
from concbench.common.atomic import write_whole
from concbench.records.probe_record import ProbeRecord
from concbench.records.run_record import RunRecord, is_whole


def is_whole_or_missing(path: Path) -> bool:
    """Check that a record is complete or doesn't exist: a power failure may have lost its end.

    Anything else in a record's place, such as a folder, counts as incomplete.
    """
    try:
        return is_whole(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return not path.parent.is_dir()


def whole_or_next(folder: Path, record: str) -> str:
    """Return the path of a record, numbered if a power failure left an incomplete one: ``block-1.2``."""
    path, number = record, 1
    while not is_whole_or_missing(folder / f"{path}.json"):
        number += 1
        path = f"{record}.{number}"
    return path


def records_by_block(runs: Mapping[str, Run], probes: Mapping[str, ProbeRun]) -> dict[int, list[str]]:
    """Return the paths of each block's records, relative to the campaign's folder.

    ``runs`` and ``probes`` have paths without their folder and suffix.
    """
    found: dict[int, list[str]] = {}
    for kind, planned in (("probes", probes), ("runs", runs)):
        for path, one in planned.items():
            found.setdefault(one.block, []).append(f"{kind}/{path}.json")
    return found


def block_names(records: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """Return the name of each block's files, without suffix."""
    return {block: f"{block}-{digest(path.encode() for path in sorted(own))}" for block, own in records.items()}


def list_records(folder: Path, records: Mapping[int, Sequence[str]]) -> None:
    """Write the list of each block's records to the campaign's folder."""
    (folder / "blocks").mkdir(exist_ok=True)
    for block, name in block_names(records).items():
        path = folder / "blocks" / f"{name}.records"
        if not path.exists():
            write_whole(path, "".join(f"{record}\n" for record in records[block]))


def settled_records(folder: Path, block: int, planned: Iterable[str]) -> set[str]:
    """Return the records that a block had when it was last complete, without those added since."""
    wanted, found = set(planned), set()
    for marker in (folder / "blocks").glob(f"{block}-*.measured"):
        listed = marker.with_suffix(".records")
        then = wanted & set(listed.read_text(encoding="utf-8", errors="replace").splitlines()) if listed.exists() else set()
        if all((folder / record).exists() for record in then):
            found |= then
    return found


def invocation_and_node(record: Path) -> tuple[str | None, str | None]:
    """Return invocation and node of a run or micro-benchmark. Raise ValueError if its record can't be read."""
    one = RunRecord.read(record).measured if "runs" in record.parts else ProbeRecord.read(record)
    return one.invocation, one.node


def forget_blocks(folder: Path, blocks: Collection[int]) -> None:
    """Mark blocks as incomplete, and forget the looks at them, because a record of theirs was deleted."""
    for block in blocks:
        for marker in (folder / "blocks").glob(f"{block}-*.measured"):
            marker.unlink(missing_ok=True)
    for look in (folder / "looks").glob("*-*.json"):
        if any(block <= int(look.name.partition("-")[0]) for block in blocks):
            look.unlink(missing_ok=True)
