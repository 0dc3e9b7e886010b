"""Run one invocation of the pipeline: find what to measure, lock, record the environment, and report the end."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from textwrap import indent
from typing import IO, Any

from concbench.campaign.blocks import list_records, settled_records
from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.config_file import ConfigError
from concbench.campaign.order import Order, read_order, write_order
from concbench.claims.claims_reader import read_claims
from concbench.common.atomic import write_whole
from concbench.common.formatting import duration
from concbench.common.variables import INVOCATION_VARIABLE, PIPELINE_VARIABLE
from concbench.environment.interpreters import NotAnInterpreter, prepare
from concbench.environment.locks import Locked, lock_campaign, lock_machine
from concbench.environment.node import hands_out, own_block
from concbench.environment.surroundings import UnlikeEnvironment, enter_invocation, environment_now
from concbench.measured.children import keep_accounts
from concbench.measured.machine import cpus
from concbench.records.look import read_look, read_schedule
from concbench.records.pilot import PILOT, PilotRecord
from concbench.workflow import console
from concbench.workflow.forecast import Forecast, Forecaster, forecast, later_than, measured_makespans
from concbench.workflow.graph import Graph
from concbench.workflow.medians import RunningMedians
from concbench.workflow.planned import Planned
from concbench.workflow.progress import Progress
from concbench.workflow.scheduling import quicken
from concbench.workflow.start import interrupt_once
from concbench.workflow.terminal import Output, Screen, output_for, size_of

MOST_LETTERS = 100_000  # of a config; the system allows no longer argument of a command
LEAST_ROOM_BYTES = 20_000_000
RECORD_BYTES = 4_000
ITEM_BYTES = 300
DRAWN_BYTES = 600  # of an item of a configuration's representative run, in items.csv and two figures
SLACK = 3  # a cluster's job may take this many times the forecast, because its node may be slower
LEAST_MINUTES = 10  # added to the time limit of a cluster's job
MEASURING = ("measure_run", "measure_probe")  # rules whose outputs are records


def load_campaign(config: Mapping[str, Any], files: Sequence[str | Path]) -> Campaign:
    """Read the campaign of Snakemake's config. Exit with all problems if there are any."""
    keep_accounts()  # a shell may start Snakemake with SIGCHLD ignored, and failed jobs would then pass for successful ones
    need_folder(Path("results"))
    names = [os.path.relpath(file) if Path(file).resolve().is_relative_to(Path.cwd()) else str(file) for file in files]
    try:
        campaign = campaign_of(config, " + ".join(names))
        if campaign.claims:
            read_claims(Path(campaign.claims), campaign, cpus())
    except ConfigError as error:
        sys.exit(str(error))
    if len(json.dumps(config, indent=2)) > MOST_LETTERS:
        sys.exit(f"{' + '.join(names)}: this config has more than {MOST_LETTERS} letters as JSON. Split the campaign.")
    for name in ("", "runs", "probes", "blocks", "looks", "logs", "figures", "certificate"):
        need_folder(Path("results", campaign.name, name))
    taken = read_schedule(Path("results", campaign.name, "looks"))
    if taken not in (None, campaign.looks):
        sys.exit(
            f"{' + '.join(names)}: repetitions has changed. Expected at_least: {taken.at_least} and at_most: {taken.at_most}"
            " with until: decided, by which this campaign has been looked at: its confidence levels hold for no other looks."
            " Set it back, or give the campaign another name."
        )
    try:
        return replace(campaign, order=order_in(Path("results", campaign.name)))
    except ConfigError as error:
        sys.exit(str(error))


def order_in(folder: Path) -> Order:
    """Return the recorded order of a campaign, or draw one if it is new."""
    recorded = read_order(folder)
    return recorded.since(folder) if recorded else Order.drawn()


def need_folder(path: Path) -> None:
    """Exit with a message if something else is in the place of a folder of results."""
    if os.path.lexists(path) and not path.is_dir():
        what = "a link to nothing" if path.is_symlink() else "a file"
        sys.exit(f"{path}: this is {what}. Rename it: results are written to a folder with this name.")


def repair(folder: Path, config: Mapping[str, Any]) -> None:
    """Write a config.json or a certificate anew that an accident has damaged.

    This doesn't leave it to their rules: if a rule made the certificate again, Snakemake would measure every run again.
    """
    path, server, bundle = (folder / name for name in ("config.json", "certificate/server.pem", "certificate/bundle.pem"))
    if path.is_file() and not is_json(path):
        write_whole(path, json.dumps(config, indent=2) + "\n")
    if (folder / "runs").is_dir() and not (is_certificate(server) and is_certificate(bundle)):
        from concbench.server.certificate import make  # slow to import, and hardly ever needed

        make(server, bundle)


def is_certificate(path: Path) -> bool:
    """Check that a file ends like a certificate."""
    try:
        return path.read_bytes().rstrip().endswith(b"-----END CERTIFICATE-----")
    except OSError:
        return False


def is_json(path: Path) -> bool:
    """Check that a file is JSON."""
    try:
        json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return False
    return True


class NoRoom(Exception):
    """Report that the disk has too little room for the records."""


class NoBudget(Exception):
    """Report that budget_minutes is too short for the blocks before the first look."""


class Invocation:
    """Represent one start of the pipeline."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.name = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.locks: list[IO[str]] = []  # kept until this process ends
        self.forecasts: list[tuple[Planned, Forecast]] = []  # one for each look
        self.again: frozenset[str] = frozenset()  # records that exist and will be measured again
        self.progress: Progress | None = None  # if it is shown
        os.environ[INVOCATION_VARIABLE] = self.name  # for the runs

    @property
    def campaign(self) -> Campaign:
        return self.graph.campaign

    @property
    def ahead(self) -> Forecast:
        """The runs and micro-benchmarks to measure, each with its place and the time it should take.

        If the campaign has looks, it is what is to be measured before the next one.
        """
        planned = self.graph.planned
        if not self.forecasts:
            self.forecasts.append((planned, self.forecast(planned)))
        elif self.forecasts[-1][0] is not planned:
            self.forecasts.append((planned, self.forecast(planned).following(self.forecasts[-1][1])))
        return self.forecasts[-1][1]

    def forecast(self, planned: Planned) -> Forecast:
        """Forecast what is missing of what is planned; before the first look, also what is measured again."""
        graph, again = self.graph, frozenset[str]() if self.forecasts else self.again

        def is_ahead(record: str) -> bool:
            return record in again or not graph.has(record)

        runs = {path: run for path, run in planned.runs.items() if is_ahead(f"runs/{path}.json")}
        probes = {path: one for path, one in planned.probes.items() if is_ahead(f"probes/{path}.json")}
        if hands_out():  # a block is measured in one go, with what was added since it was complete
            lacking = {run.block for run in runs.values()} | {probe.block for probe in probes.values()}
            records = {block: own for block, own in graph.records.items() if block in lacking}
            torn = {one for block, own in records.items() for one in set(own) - settled_records(graph.folder, block, own)}
            runs = {path: run for path, run in planned.runs.items() if f"runs/{path}.json" in torn}
            probes = {path: probe for path, probe in planned.probes.items() if f"probes/{path}.json" in torn}
        known = measured_makespans(graph.folder, planned.runs) if runs and (again or len(runs) < len(planned.runs)) else {}
        if pilot := PilotRecord.read(graph.folder / PILOT):
            known = {**pilot.expected_s, **known}
        forecaster, total = Forecaster(self.campaign, known), len(planned.runs)
        if planned.look is None:
            return forecast(forecaster, runs, probes, total, planned.blocks)
        most = graph.stages.most(planned)
        later = later_than(
            forecaster,
            [run for path, run in most.runs.items() if not (path in planned.runs or graph.has(f"runs/{path}.json"))],
            len(most.probes) - len(planned.probes),
            most.blocks - planned.blocks,
        )
        return forecast(forecaster, runs, probes, total, planned.blocks, later, then="a look")

    def block_minutes(self, block: int) -> int:
        """Return the time limit, in minutes, of the cluster's job that measures a block."""
        return ceil(SLACK * self.ahead.by_block_s.get(block, 0.0) / 60) + LEAST_MINUTES

    def take_due_looks(self) -> None:
        """Take the looks that need no more runs, such as after a change of the margin; a damaged one is taken again."""
        graph = self.graph
        if own_block() or graph.campaign.looks is None:
            return
        pending = graph.look_path(graph.planned.look) if graph.planned.look else None
        if pending and pending.is_file() and read_look(pending) is None:
            pending.unlink()
        if graph.is_due:
            from concbench.workflow.look import take_due_looks  # imports pandas, which takes half a second

            take_due_looks(graph)

    def announce(self) -> None:
        """Print what will be measured, or what a dry run would measure."""
        console.announce(self.ahead.handed_out if hands_out() else self.ahead.announcement)

    def begin(self, scheduler: Any) -> None:
        """Lock the campaign. If there is anything to measure, lock the machine and record the environment, too.

        Exit if another pipeline works on the campaign, or if new runs couldn't be compared with the old ones.
        """
        quicken(scheduler)
        self.again = remeasured(scheduler.workflow.dag.needrun_jobs(), self.graph.folder)
        if self.again:
            console.announce(f"{len(self.again)} records exist and will be measured again: by request, or after a kill.")
        try:
            self.prepare()
        except (Locked, UnlikeEnvironment, NotAnInterpreter, NoRoom, NoBudget) as error:
            sys.exit(str(error))
        except OSError as error:
            sys.exit(f"{error.filename}: cannot write this ({error.strerror}). Fix that, then repeat the command.")
        self.announce()
        interrupt_once()
        if self.ahead.steps and not console.is_quiet(scheduler.quiet):
            self.progress = self.progress_from_now_on()
        console.begin(self.progress)

    def progress_from_now_on(self) -> Progress:
        """Begin to show progress. The runs of earlier invocations count, but for those that will be measured again."""
        output = output_for(sys.stderr.isatty(), os.environ)
        progress = Progress(
            graph=self.graph,
            ahead=lambda: self.ahead,
            medians=RunningMedians.of(self.campaign),
            output=Output.LINES if hands_out() and output is Output.LIVE else output,  # executors print at any time
            screen=Screen(sys.stderr, lambda: size_of(sys.stderr)),
        )
        progress.take_in(path for path in self.graph.planned.runs if f"runs/{path}" not in self.ahead.steps)
        return progress

    def prepare(self) -> None:
        """Lock, and check everything that must be right before the first run."""
        folder = self.graph.folder
        if not own_block():
            self.locks.append(lock_campaign(folder))
        if not self.ahead.steps and not self.again:
            return
        need_room(folder, self.ahead)
        need_budget(self.graph.planned, self.ahead)
        list_records(folder, self.graph.records)
        if not own_block():
            write_order(folder, self.campaign.order.recorded(self.graph.planned.order))
        for path in self.incomplete():
            print(
                f"{path}: this record is incomplete (power failure?). It will be measured again.",
                file=sys.stderr,
            )
        if not hands_out() and (machine := lock_machine()):  # before environments are made, which takes all CPUs
            self.locks.append(machine)
        if not own_block():  # a node uses those made where the campaign was started
            prepare(self.campaign.interpreters)
        if not hands_out():
            os.environ[PIPELINE_VARIABLE] = str(os.getpid())
            now = environment_now(self.name, self.campaign)
            enter_invocation(folder / "environment.json", self.campaign, now)

    def incomplete(self) -> Iterator[Path]:
        """Yield the incomplete records that runs and micro-benchmarks ahead will replace."""
        for step in self.ahead.steps:
            first, numbered, _ = step.partition(".")
            if numbered:
                yield self.graph.folder / f"{first}.json"

    def print_conclusion(self) -> None:
        """Print the conclusion of a finished campaign, if this invocation made it."""
        if self.progress:
            self.progress.pause()
        if own_block():
            return  # what is there is not of this invocation
        folder = self.graph.folder
        path, runs, claims = (folder / name for name in ("conclusion.txt", "runs.csv", "claims.md"))
        if not path.exists() or not runs.exists() or path.stat().st_mtime < runs.stat().st_mtime:
            return  # an earlier invocation made it
        text = path.read_text(encoding="utf-8", errors="replace")
        if self.campaign.claims and claims.exists():
            counted = claims.read_text(encoding="utf-8", errors="replace").splitlines()[2:3]
            text += f"{' '.join([*counted, 'See'])} {claims}.\n"
        console.end(text)

    def print_stopped(self) -> None:
        """Print how much of an interrupted or failed campaign has been measured, and how to continue."""
        if hands_out():
            print("".join(self.last_words()), end="", file=sys.stderr)
        graph = self.graph
        measured = sum(graph.has(f"runs/{path}.json") for path in graph.planned.runs)
        kept = f"Stopped. {measured} of {len(graph.planned.runs)} runs are measured"
        again = ", but incomplete blocks will be measured again" if hands_out() else ""
        print(f"{kept}{again}. Repeat the command to continue.", file=sys.stderr)

    def last_words(self) -> Iterator[str]:
        """Yield the last lines of each failed block's log."""
        for block, name in self.graph.blocks.items():
            log = self.graph.folder / f"logs/blocks/{name}.log"
            if log.exists() and not (self.graph.folder / f"blocks/{name}.measured").exists():
                said = log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n\n")[2]
                yield f"Block {block} ({log}):\n{indent(said, '  ')}\n"


def remeasured(jobs: Iterable[Any], folder: Path) -> frozenset[str]:
    """Return the records in a campaign's folder that exist and that Snakemake's jobs will replace, as with ``--forceall``."""
    records = (Path(job.output[0]) for job in jobs if job.rule.name in MEASURING)
    return frozenset(str(record.relative_to(folder)) for record in records if record.exists())


def need_room(folder: Path, ahead: Forecast) -> None:
    """Raise NoRoom unless the disk has room for the records, tables and figures to come."""
    sizes = [*ahead.sizes, *(ahead.later.sizes if ahead.later else ())]
    needed_bytes = LEAST_ROOM_BYTES + sum(RECORD_BYTES + (ITEM_BYTES + DRAWN_BYTES / ahead.blocks) * size for size in sizes)
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        raise NoRoom(
            f"{folder}: this disk has {free_bytes / 1e6:.0f} MB free, but the campaign needs up to"
            f" {needed_bytes / 1e6:.0f} MB. Free some space, or measure fewer repetitions."
        )


def need_budget(planned: Planned, ahead: Forecast) -> None:
    """Raise NoBudget if nothing has been looked at, and the blocks before the first look take longer than allowed.

    A fixed number of blocks is looked at once, at its end. Work whose time is a guess may try.
    """
    looks, budget_s = ahead.campaign.looks, ahead.campaign.budget_s
    if budget_s is None or ahead.guessed or (looks and planned.blocks > looks.at_least):
        return
    if ahead.takes_s > budget_s:
        raise NoBudget(
            f"budget_minutes is {budget_s / 60:g}. Expected {ceil(ahead.takes_s / 60)} or more, or null, because the first look"
            f" comes after {planned.blocks} blocks, which take about {duration(ahead.takes_s)}."
        )
