"""Which blocks of a campaign have been measured to their end, and of which records they were then.

``blocks/<block>-<digest>.records`` lists the records that a block is to have, and the digest is that of their paths;
``blocks/<block>-<digest>.measured`` says that it has got them. Where the config or a source has been edited since, a block
has other records, and another pair of files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from concbench.campaign.fingerprints import digest
from concbench.campaign.plan import ProbeRun, Run
from concbench.common.atomic import write_whole
from concbench.records.probe_record import ProbeRecord
from concbench.records.run_record import RunRecord, is_whole


def is_whole_or_missing(path: Path) -> bool:
    """Tell whether a record is complete, or not there: a power cut may have lost the end of it."""
    try:
        return is_whole(path)
    except FileNotFoundError:
        return True


def whole_or_next(folder: Path, record: str) -> str:
    """Return the path of a record, numbered anew where a power cut has left an incomplete one: ``block-1.2``."""
    path, number = record, 1
    while not is_whole_or_missing(folder / f"{path}.json"):
        number += 1
        path = f"{record}.{number}"
    return path


def records_by_block(runs: Mapping[str, Run], probes: Mapping[str, ProbeRun]) -> dict[int, list[str]]:
    """The records of each block, by their paths in the campaign's folder; the runs and probes are given without their kind."""
    found: dict[int, list[str]] = {}
    for kind, planned in (("probes", probes), ("runs", runs)):
        for path, one in planned.items():
            found.setdefault(one.block, []).append(f"{kind}/{path}.json")
    return found


def block_names(records: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """What the files of each block are called."""
    return {block: f"{block}-{digest(path.encode() for path in sorted(own))}" for block, own in records.items()}


def list_records(folder: Path, records: Mapping[int, Sequence[str]]) -> None:
    """Write down what each block of a campaign, in its folder, is to have."""
    (folder / "blocks").mkdir(exist_ok=True)
    for block, name in block_names(records).items():
        path = folder / "blocks" / f"{name}.records"
        if not path.exists():
            write_whole(path, "".join(f"{record}\n" for record in records[block]))


def settled_records(folder: Path, block: int, planned: Iterable[str]) -> set[str]:
    """Return the records that a block had when it was last complete, leaving out what was added since."""
    wanted, found = set(planned), set()
    for marker in (folder / "blocks").glob(f"{block}-*.measured"):
        listed = marker.with_suffix(".records")
        then = wanted & set(listed.read_text(encoding="utf-8").splitlines()) if listed.exists() else set()
        if all((folder / record).exists() for record in then):
            found |= then
    return found


def invocation_and_node(record: Path) -> tuple[str | None, str | None]:
    """Where a run or a probe was measured. Raises ValueError for a record that can't be read."""
    one = RunRecord.read(record).measured if "runs" in record.parts else ProbeRecord.read(record)
    return one.invocation, one.node


def forget_blocks(folder: Path, blocks: Iterable[int]) -> None:
    """Have these blocks of a campaign, in its folder, no longer count as measured, since a record of theirs is gone."""
    for block in blocks:
        for marker in (folder / "blocks").glob(f"{block}-*.measured"):
            marker.unlink(missing_ok=True)
