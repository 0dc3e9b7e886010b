"""What the Snakefile asks of the plan: which runs there are, which files each of them rests on, which figures to draw."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from textwrap import indent
from typing import IO, Any

import console
import plugins
from block_files import forget_blocks, list_records, records_by_block, settled_records
from campaign import MIXED, Campaign, Experiment
from claims import read_claims
from config_file import ConfigError
from environment import UnlikeEnvironment, enter_session, environment_now
from forecast import Forecast, Forecaster, forecast, measured_makespans
from interpreters import NotAnInterpreter, prepare
from keeper import PIPELINE_VARIABLE
from locks import Held, hold_campaign, hold_machine
from machine import processors
from node import hands_out, own_block
from plan import ProbeRun, Run, plan, probe_plan
from record_paths import probe_path, record_path
from run_record import is_whole
from tables import TABLES

SLACK, LEAST_MINUTES = 3, 10
LEAST_ROOM_BYTES, RECORD_BYTES, ITEM_BYTES = 20_000_000, 4_000, 300
# What the scripts that make tables and figures import: an edit of these makes them anew.
READERS = (
    *("campaign", "config_file", "diagnosis", "estimates", "intervals", "number_format", "plan", "record_paths"),
    *("run_record", "table_arguments", "tables", "verdicts", "warning_kinds"),
)
MODULES = [f"scripts/{name}.py" for name in READERS]
DRAWN_WITH = ("answers", "compare", "figure_data", "figure_style", "lane_panel", "lanes", "optimum", "svg_text")
DRAWING = [f"scripts/{name}.py" for name in DRAWN_WITH]
SAYING = [f"scripts/{name}.py" for name in ("answers", "compare", "figure_data", "interpreter_gains", "optimum")]
REPORTING = [
    *SAYING,
    *(f"scripts/{name}.py" for name in ("claims_page", "conclude", "report_charts", "svg_text")),
    *(f"scripts/report_page/{name}" for name in ("report.html.j2", "style.css", "script.js")),
]


def campaign_or_exit(config: Mapping[str, Any], files: Sequence[str | Path]) -> Campaign:
    """The campaign of Snakemake's config, or the end of Snakemake with all that is wrong with it."""
    if Path("results").exists() and not Path("results").is_dir():
        sys.exit("results: expected a folder, or nothing, and this is a file: give it another name")
    names = [os.path.relpath(file) if Path(file).resolve().is_relative_to(Path.cwd()) else str(file) for file in files]
    try:
        campaign = Campaign.from_config(config, " + ".join(names))
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


def runs(campaign: Campaign) -> dict[str, Run]:
    """All planned runs by the paths of their records, which are wildcards in the Snakefile."""
    return {record_path(campaign, run): run for run in plan(campaign) if own_block() in (None, run.block)}


def drawn_for(experiment: Experiment) -> set[str]:
    """For what of an experiment there are figures."""
    kinds = {"experiments"}
    if experiment.sweeps_workers:
        kinds.add("worker sweeps")
    if not experiment.origins and len(experiment.contenders) > 1:
        kinds.add("CPU-bound")
    return kinds


def figures(campaign: Campaign) -> list[str]:
    """All figures of a campaign: each of scripts/figures/ for what it is drawn for."""
    kinds = {name: plugins.plugin("figures", name).drawn_for for name in plugins.names("figures")}
    there = {
        "campaign": True,
        "claims": bool(campaign.claims),
        "interpreters": len(campaign.interpreters) > 1,
        "mixed work": mixes(campaign),
    }
    drawn = [name for name, kind in kinds.items() if there.get(str(kind))]
    for experiment in campaign.experiments.values():
        drawn += [f"{name}-{experiment.name}" for name, kind in kinds.items() if kind in drawn_for(experiment)]
    return [f"results/{campaign.name}/figures/{name}.{ending}" for name in drawn for ending in ("png", "svg")]


def mixes(campaign: Campaign) -> bool:
    """Whether several experiments lie between I/O and CPU, so that there is a map to draw."""
    return sum(one.workload == MIXED for one in campaign.experiments.values()) > 1


def figure_names(*kinds: str) -> list[str]:
    """The figures that are drawn for one of these."""
    return [name for name in plugins.names("figures") if plugins.plugin("figures", name).drawn_for in kinds]


def tables_of(campaign: Campaign, *figures: str) -> list[str]:
    """The tables that some figures are drawn from."""
    names = dict.fromkeys(table for figure in figures for table in plugins.plugin("figures", figure).tables)
    return [f"results/{campaign.name}/{name}.csv" for name in names]


def tables(campaign: Campaign) -> list[str]:
    """All tables of a campaign."""
    return [f"results/{campaign.name}/{name}.csv" for name in TABLES if name != "claims" or campaign.claims]


def ahead(campaign: Campaign, runs: Mapping[str, Run], probes: Mapping[str, ProbeRun]) -> Forecast:
    """What is still to be measured, by its path in the campaign's folder, each with its place and the time it should take."""
    folder = Path("results") / campaign.name
    missing_runs = {path: run for path, run in runs.items() if not (folder / f"runs/{path}.json").exists()}
    missing_probes = {path: probe for path, probe in probes.items() if not (folder / f"probes/{path}.json").exists()}
    if hands_out():  # what a block lacks, and what was measured since it was whole, is measured together
        lacking = {run.block for run in missing_runs.values()} | {probe.block for probe in missing_probes.values()}
        records = {block: own for block, own in records_by_block(runs, probes).items() if block in lacking}
        again = {one for block, own in records.items() for one in set(own) - settled_records(folder, block, own)}
        missing_runs = {path: run for path, run in runs.items() if f"runs/{path}.json" in again}
        missing_probes = {path: probe for path, probe in probes.items() if f"probes/{path}.json" in again}
    known = measured_makespans(folder, runs) if missing_runs and len(missing_runs) < len(runs) else {}
    return forecast(Forecaster(campaign, known), missing_runs, missing_probes, planned=len(runs))


def probes(campaign: Campaign) -> dict[str, ProbeRun]:
    """All planned probes by the paths of their records."""
    return {probe_path(probe): probe for probe in probe_plan(campaign) if own_block() in (None, probe.block)}


def markers(campaign: Campaign, blocks: Mapping[int, str]) -> list[str]:
    """The files that say that the blocks have been measured."""
    return [f"results/{campaign.name}/blocks/{name}.measured" for name in blocks.values()]


def records(campaign: Campaign, kind: str, planned: Iterable[str], blocks: Mapping[int, str]) -> list[str]:
    """What the table of runs or of probes waits for: their records, or where nodes measure them, the markers of all blocks."""
    return markers(campaign, blocks) if hands_out() else [f"results/{campaign.name}/{kind}/{path}.json" for path in planned]


def block_minutes(ahead: Forecast, block: int) -> int:
    """What a node's job may take at most: several times the forecast, since the nodes may be slower than what it rests on."""
    return ceil(SLACK * ahead.by_block_s.get(block, 0.0) / 60) + LEAST_MINUTES


def block_before(campaign: Campaign, blocks: Mapping[int, str], block: int, record: str) -> list[str]:
    """The marker of the block before; none for the first, for a node's only one, and for a record that is there already."""
    folder = Path("results") / campaign.name
    before = [one for one in blocks if one < block]
    if not before or own_block() or (folder / f"{record}.json").exists():
        return []
    return [f"{folder}/blocks/{blocks[max(before)]}.measured"]
