"""One invocation of the pipeline: what it has to measure, what it locks and records before, what it says after."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from math import ceil
from pathlib import Path
from textwrap import indent
from typing import IO, Any

from concbench.campaign.blocks import list_records, settled_records
from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.config_file import ConfigError
from concbench.claims.claims_reader import read_claims
from concbench.common.variables import INVOCATION_VARIABLE, PIPELINE_VARIABLE
from concbench.environment.interpreters import NotAnInterpreter, prepare
from concbench.environment.locks import Held, hold_campaign, hold_machine
from concbench.environment.node import hands_out, own_block
from concbench.environment.surroundings import UnlikeEnvironment, enter_invocation, environment_now
from concbench.measured.children import keep_accounts
from concbench.measured.machine import cpus
from concbench.workflow import console
from concbench.workflow.forecast import Forecast, Forecaster, forecast, measured_makespans
from concbench.workflow.graph import Graph
from concbench.workflow.scheduling import quicken

LEAST_ROOM_BYTES = 20_000_000
RECORD_BYTES = 4_000
ITEM_BYTES = 300
SLACK = 3  # times the forecast that a cluster's job may take, since its nodes may be slower than those of the forecast
LEAST_MINUTES = 10  # of a cluster's job


def load_campaign(config: Mapping[str, Any], files: Sequence[str | Path]) -> Campaign:
    """Read the campaign of Snakemake's config. Ends Snakemake with all problems where there are some."""
    keep_accounts()  # a shell may start Snakemake with SIGCHLD ignored, and failed jobs would then pass for successful ones
    if Path("results").exists() and not Path("results").is_dir():
        sys.exit("results: expected a folder, or nothing, and this is a file: give it another name")
    names = [os.path.relpath(file) if Path(file).resolve().is_relative_to(Path.cwd()) else str(file) for file in files]
    try:
        campaign = campaign_of(config, " + ".join(names))
        if campaign.claims:
            read_claims(Path(campaign.claims), campaign, cpus())
        return campaign
    except ConfigError as error:
        sys.exit(str(error))


class NoRoom(Exception):
    """The disk has too little room for the records to come; the text says how much is needed."""


class Invocation:
    """One start of the pipeline."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.name = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.locks: list[IO[str]] = []  # that last as long as this process
        os.environ[INVOCATION_VARIABLE] = self.name  # for the runs

    @property
    def campaign(self) -> Campaign:
        return self.graph.campaign

    @cached_property
    def ahead(self) -> Forecast:
        """The runs and probes that are still missing, each with its place and the time it should take."""
        graph = self.graph
        runs = {path: run for path, run in graph.runs.items() if not (graph.folder / f"runs/{path}.json").exists()}
        probes = {path: one for path, one in graph.probes.items() if not (graph.folder / f"probes/{path}.json").exists()}
        if hands_out():  # what a block lacks, and what was measured since it was whole, is measured together
            lacking = {run.block for run in runs.values()} | {probe.block for probe in probes.values()}
            records = {block: own for block, own in graph.records.items() if block in lacking}
            again = {one for block, own in records.items() for one in set(own) - settled_records(graph.folder, block, own)}
            runs = {path: run for path, run in graph.runs.items() if f"runs/{path}.json" in again}
            probes = {path: probe for path, probe in graph.probes.items() if f"probes/{path}.json" in again}
        known = measured_makespans(graph.folder, graph.runs) if runs and len(runs) < len(graph.runs) else {}
        return forecast(Forecaster(self.campaign, known), runs, probes, planned=len(graph.runs))

    def block_minutes(self, block: int) -> int:
        """Return the time limit of a cluster's job that measures a block."""
        return ceil(SLACK * self.ahead.by_block_s.get(block, 0.0) / 60) + LEAST_MINUTES

    def announce(self) -> None:
        """Say what a dry run would measure."""
        console.announce(self.ahead.handed_out if hands_out() else self.ahead.announcement)

    def begin(self, scheduler: Any) -> None:
        """Lock the campaign, and lock the machine and record the environment if there is anything to measure.

        Ends Snakemake where another pipeline has the campaign, or the new runs couldn't be compared with the old.
        """
        quicken(scheduler)
        try:
            self.prepare()
        except (Held, UnlikeEnvironment, NotAnInterpreter, NoRoom) as error:
            sys.exit(str(error))
        except OSError as error:
            sys.exit(f"{error.filename}: {error.strerror}: nothing can be measured until this can be written")
        if hands_out():
            console.announce(self.ahead.handed_out)  # without a terminal, too: the cluster will be asked for it
        console.begin(None if hands_out() else self.ahead.announcement)

    def prepare(self) -> None:
        folder = self.graph.folder
        if not own_block():
            self.locks.append(hold_campaign(folder))
        if not self.ahead.steps:
            return
        need_room(folder, self.ahead)
        list_records(folder, self.graph.records)
        for path in self.incomplete():
            print(f"{path} is incomplete, as after a power cut: it is left there, and measured again.", file=sys.stderr)
        if not own_block():  # on a node they are there already, made where the campaign was begun
            prepare(self.campaign.interpreters)
        if not hands_out():
            machine = hold_machine()
            self.locks += [machine] if machine else []
            os.environ[PIPELINE_VARIABLE] = str(os.getpid())
            now = environment_now(self.name, self.campaign.interpreters)
            enter_invocation(folder / "environment.json", self.campaign, now)

    def incomplete(self) -> Iterator[Path]:
        """Yield the incomplete records that runs and probes ahead take the place of."""
        for step in self.ahead.steps:
            first, numbered, _ = step.partition(".")
            if numbered:
                yield self.graph.folder / f"{first}.json"

    def print_conclusion(self) -> None:
        """Print the conclusion of a finished campaign; nothing where this invocation made none."""
        folder = self.graph.folder
        path, runs, claims = (folder / name for name in ("conclusion.txt", "runs.csv", "claims.md"))
        if not path.exists() or not runs.exists() or path.stat().st_mtime < runs.stat().st_mtime:
            return  # it is of an earlier invocation
        text = path.read_text(encoding="utf-8")
        if self.campaign.claims and claims.exists():
            text += f"{claims.read_text(encoding='utf-8').splitlines()[2]} See {claims}.\n"
        console.end(text)

    def print_stopped(self) -> None:
        """Print the closing message of an interrupted or failed campaign."""
        if hands_out():
            print("".join(self.last_words()), end="", file=sys.stderr)
        graph = self.graph
        measured = sum((graph.folder / f"runs/{path}.json").exists() for path in graph.runs)
        kept = "kept, but for blocks that aren't whole" if hands_out() else "kept"
        said = f"Stopped: {measured} of {len(graph.runs)} runs are measured, and {kept}. The same command goes on there."
        print(said, file=sys.stderr)

    def last_words(self) -> Iterator[str]:
        """Yield the last lines of each failed block's log."""
        for block, name in self.graph.blocks.items():
            log = self.graph.folder / f"logs/blocks/{name}.log"
            if log.exists() and not (self.graph.folder / f"blocks/{name}.measured").exists():
                said = log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n\n")[2]
                yield f"Block {block} ({log}):\n{indent(said, '  ')}\n"


def need_room(folder: Path, ahead: Forecast) -> None:
    """Raise NoRoom unless the records to come, and tables and figures of them, fit on the disk."""
    needed_bytes = LEAST_ROOM_BYTES + sum(RECORD_BYTES + ITEM_BYTES * size for size in ahead.sizes)
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        raise NoRoom(
            f"{folder}: the disk has {free_bytes / 1e6:.0f} MB free, and what is to be measured takes up to"
            f" {needed_bytes / 1e6:.0f} MB: make room, or measure less at a time"
        )
