"""One invocation of the pipeline: locks, disk space, interpreters and environment before it, the closing message after it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from textwrap import indent
from typing import IO, Any

from concbench.campaign.blocks import forget_blocks, list_records
from concbench.campaign.campaign import Campaign
from concbench.campaign.config_file import ConfigError
from concbench.campaign.plan import ProbeRun, Run
from concbench.campaign.reader import campaign_of
from concbench.claims.reader import read_claims
from concbench.common.variables import PIPELINE_VARIABLE
from concbench.environment.interpreters import NotAnInterpreter, prepare
from concbench.environment.locks import Held, hold_campaign, hold_machine
from concbench.environment.node import hands_out, own_block
from concbench.environment.session import UnlikeEnvironment, enter_session, environment_now
from concbench.measured.machine import processors
from concbench.records.run_record import is_whole
from concbench.workflow import console
from concbench.workflow.forecast import Forecast

LEAST_ROOM_BYTES, RECORD_BYTES, ITEM_BYTES = 20_000_000, 4_000, 300


def campaign_or_exit(config: Mapping[str, Any], files: Sequence[str | Path]) -> Campaign:
    """The campaign of Snakemake's config, or the end of Snakemake with all that is wrong with it."""
    if Path("results").exists() and not Path("results").is_dir():
        sys.exit("results: expected a folder, or nothing, and this is a file: give it another name")
    names = [os.path.relpath(file) if Path(file).resolve().is_relative_to(Path.cwd()) else str(file) for file in files]
    try:
        campaign = campaign_of(config, " + ".join(names))
        if campaign.claims:
            read_claims(Path(campaign.claims), campaign, processors())
        return campaign
    except ConfigError as error:
        sys.exit(str(error))


def set_aside(campaign: Campaign, runs: Mapping[str, Run], probes: Mapping[str, ProbeRun]) -> None:
    """Give another name to records that a power cut has left incomplete, so that they are measured and collected again."""
    folder = Path("results") / campaign.name
    for kind, planned in (("runs", runs), ("probes", probes)):
        paths = [folder / kind / f"{path}.json" for path in planned]
        broken = [path for path in paths if is_torn(path)]
        forget_blocks(folder, {planned[path.relative_to(folder / kind).with_suffix("").as_posix()].block for path in broken})
        for path in broken:
            path.replace(path.with_suffix(".broken"))
            said = f"it is {path.stem}.broken now, and measured again"
            print(f"{path} is incomplete, as after a power cut: {said}.", file=sys.stderr)
        if broken:
            (folder / f"{kind}.csv").unlink(missing_ok=True)


def is_torn(path: Path) -> bool:
    """Whether a record is there, but not whole; on a cluster another node may set it aside meanwhile."""
    try:
        return not is_whole(path)
    except FileNotFoundError:
        return False


def begin(campaign: Campaign, records: Mapping[int, Sequence[str]], ahead: Forecast, session: str) -> list[IO[str] | None]:
    """What a session begins with: the campaign's lock and, if a record is missing, the machine's, and the environment.

    Ends Snakemake if another one has the campaign, or if what is to be measured couldn't be compared with what has been.
    """
    folder = Path("results") / campaign.name
    try:
        held: list[IO[str] | None] = [] if own_block() else [hold_campaign(folder)]
        if ahead.steps:
            need_room(folder, ahead)
            list_records(folder, records)
        if ahead.steps and not own_block():  # on a node they are there already, made where the campaign was begun
            prepare(campaign.interpreters)
        if ahead.steps and not hands_out():
            held.append(hold_machine())
            os.environ[PIPELINE_VARIABLE] = str(os.getpid())
            enter_session(folder / "environment.json", campaign, environment_now(session, campaign.interpreters))
    except (Held, UnlikeEnvironment, NotAnInterpreter, NoRoom) as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}: nothing can be measured until this can be written")
    if hands_out():
        console.announce(ahead.handed_out)  # to whom no terminal watches, too: it is what the cluster will be asked for
    console.begin(None if hands_out() else ahead.announcement)
    return held


def tell_dry_run(ahead: Forecast, arguments: Sequence[str]) -> None:
    """What a dry run says besides Snakemake's list of jobs."""
    if {"-n", "--dry-run", "--dryrun"} & set(arguments):
        console.announce(ahead.handed_out if hands_out() else ahead.announcement)


class NoRoom(Exception):
    """The disk has too little room for what is to be measured; the text says how much is needed."""


def need_room(folder: Path, ahead: Forecast) -> None:
    """Raises NoRoom unless the records to come, and tables and figures of them, fit on the disk."""
    needed_bytes = LEAST_ROOM_BYTES + sum(RECORD_BYTES + ITEM_BYTES * size for size in ahead.sizes)
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        raise NoRoom(
            f"{folder}: the disk has {free_bytes / 1e6:.0f} MB free, and what is to be measured takes up to"
            f" {needed_bytes / 1e6:.0f} MB: make room, or measure less at a time"
        )


def print_conclusion(campaign: Campaign) -> None:
    """What a campaign ends with on the console."""
    folder = Path("results") / campaign.name
    path, runs, claims = (folder / name for name in ("conclusion.txt", "runs.csv", "claims.md"))
    if not path.exists() or not runs.exists() or path.stat().st_mtime < runs.stat().st_mtime:
        return  # it is of an earlier invocation
    text = path.read_text(encoding="utf-8")
    if campaign.claims and claims.exists():
        text += f"{claims.read_text(encoding='utf-8').splitlines()[2]} See {claims}.\n"
    console.end(text)


def print_stopped(campaign: Campaign, runs: Mapping[str, Run], blocks: Mapping[int, str]) -> None:
    """What a campaign that was interrupted, or met something that it can't go on with, says last."""
    if hands_out():
        print("".join(last_words(campaign, blocks)), end="", file=sys.stderr)
    measured = sum((Path("results") / campaign.name / f"runs/{path}.json").exists() for path in runs)
    kept = "kept, but for blocks that aren't whole" if hands_out() else "kept"
    print(f"Stopped: {measured} of {len(runs)} runs are measured, and {kept}. The same command goes on there.", file=sys.stderr)


def last_words(campaign: Campaign, blocks: Mapping[int, str]) -> Iterator[str]:
    """How the logs of those blocks end that were begun on a node and not measured."""
    folder = Path("results") / campaign.name
    for block, name in blocks.items():
        log = folder / f"logs/blocks/{name}.log"
        if log.exists() and not (folder / f"blocks/{name}.measured").exists():
            said = log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n\n")[2]
            yield f"Block {block} ({log}):\n{indent(said, '  ')}\n"


def new_session() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
