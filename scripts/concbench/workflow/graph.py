"""List the files that a campaign consists of: records, tables, figures and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from concbench.campaign import plugins
from concbench.campaign.blocks import whole_or_next
from concbench.campaign.campaign import MIXED, Campaign, Experiment
from concbench.campaign.fingerprints import own_files, probe_path, record_path, source
from concbench.campaign.plan import ProbeRun, Run, plan, probe_plan
from concbench.campaign.plugins import Scope
from concbench.common.content import short_hash
from concbench.environment.node import hands_out, own_block
from concbench.records.look import read_look
from concbench.records.rows import TABLES
from concbench.workflow.planned import Planned, Stages


@dataclass(frozen=True)
class Graph:
    """List a campaign's files. Paths of records are wildcards of the rules, so they have no kind and no suffix."""

    campaign: Campaign
    folder: Path  # of its results
    known: list[Planned] = field(default_factory=list)  # what was planned at each look; read from disk

    @cached_property
    def runs(self) -> Mapping[str, Run]:
        """The runs that may be planned, by the paths of their records; on a node, those of its block."""
        runs = (run for run in plan(self.campaign) if self.campaign.looks or own_block() in (None, run.block))
        return {whole_or_next(self.folder / "runs", record_path(self.campaign, run)): run for run in runs}

    @cached_property
    def probes(self) -> Mapping[str, ProbeRun]:
        """The micro-benchmarks that may be planned, by the paths of their records; on a node, those of its block."""
        probes = (probe for probe in probe_plan(self.campaign) if self.campaign.looks or own_block() in (None, probe.block))
        return {whole_or_next(self.folder / "probes", probe_path(probe)): probe for probe in probes}

    @cached_property
    def stages(self) -> Stages:
        return Stages(self.campaign, self.runs, self.probes)

    @property
    def planned(self) -> Planned:
        """Everything that is to be measured before the next look, if there is one; on a node, its block."""
        block = own_block()
        return self.planned_on_node if self.campaign.looks and block else self.planned_so_far

    @cached_property
    def planned_on_node(self) -> Planned:
        return self.planned_so_far.only(own_block() or 0)

    @property
    def planned_so_far(self) -> Planned:
        """Everything that is to be measured before the next look, in all blocks. Looks taken meanwhile are read from disk."""
        if not self.known:
            names = {run.configuration.name for run in self.runs.values()}
            whole = Planned(self.runs, self.probes, self.campaign.repetitions, names, self.campaign.probes)
            self.known.append(self.stages.first() if self.campaign.looks else whole)
        while (name := self.known[-1].look) and (look := read_look(self.look_path(name))):
            self.known.append(self.stages.after(self.known[-1], look))
        return self.known[-1]

    def look_path(self, name: str) -> Path:
        """Return the file of a look."""
        return self.folder / "looks" / f"{name}.json"

    @property
    def records(self) -> Mapping[int, Sequence[str]]:
        """The records of each block, in the campaign's folder."""
        return self.planned.records

    @property
    def blocks(self) -> Mapping[int, str]:
        """The name of each block's files."""
        return self.planned.block_names

    def place(self, path: str) -> int:
        """Return a run's place in the order of measurement, given the path of its record."""
        return self.planned.runs.get(path, self.runs[path]).order

    def has(self, record: str) -> bool:
        """Check whether a record exists, given its path in the campaign's folder."""
        return (self.folder / record).exists()

    @property
    def is_due(self) -> bool:
        """Check whether all that is planned before the next look has been measured."""
        return self.planned.look is not None and all(self.has(record) for own in self.records.values() for record in own)

    def marker(self, block: int) -> str:
        """Return the file that marks a block as measured."""
        return f"{self.folder}/blocks/{self.blocks[block]}.measured"

    def records_of(self, block: int) -> list[str]:
        return [f"{self.folder}/{record}" for record in self.records[block]]

    def sources_of_table(self, kind: str) -> list[str]:
        """Return the files that the table of ``runs`` or ``probes`` waits for.

        These are its records or, if nodes measure them, the markers of all blocks.
        """
        if hands_out():
            return [self.marker(block) for block in self.blocks]
        planned: Mapping[str, object] = self.planned.runs if kind == "runs" else self.planned.probes
        return [f"{self.folder}/{kind}/{path}.json" for path in planned]

    def own_file(self, run: Run) -> str:
        """Return the hash of the user's own files as Snakemake has read them; ``none`` for other work."""
        files = own_files(self.campaign, run)
        return short_hash(map(source, files)) if files else "none"

    def sources_of_look(self, name: str) -> list[str]:
        """Return the files that a look waits for: the records of the blocks before it, or the markers of these blocks."""
        blocks = range(1, int(name.partition("-")[0]) + 1)
        if hands_out():
            return [self.marker(block) for block in blocks]
        return [record for block in blocks for record in self.records_of(block)]

    def block_before(self, record: str, block: int) -> list[str]:
        """Return the marker that a record waits for: that of the block before.

        There is none for the first block, for the only block of a node, or for a record that already exists.
        """
        before = [one for one in self.blocks if one < block]
        if not before or own_block() or (self.folder / f"{record}.json").exists():
            return []
        return [self.marker(max(before))]

    @property
    def pages(self) -> list[str]:
        names = ["report.html", "article.md", "conclusion.txt", *(["claims.md"] if self.campaign.claims else [])]
        return [f"{self.folder}/{name}" for name in names]

    @property
    def tables(self) -> list[str]:
        return [f"{self.folder}/{name}.csv" for name in TABLES if name != "claims" or self.campaign.claims]

    def tables_of(self, *figures: str) -> list[str]:
        """Return the tables from which some figures are drawn."""
        names = dict.fromkeys(table for figure in figures for table in plugins.figure(figure).tables)
        return [f"{self.folder}/{name}.csv" for name in names]

    @property
    def figures(self) -> list[str]:
        """Every figure of the campaign, as PNG and as SVG."""
        scopes = campaign_scopes(self.campaign)
        drawn = [name for name in plugins.names("figures") if plugins.figure(name).scope in scopes]
        for experiment in self.campaign.experiments.values():
            scopes = experiment_scopes(experiment)
            drawn += [f"{name}-{experiment.name}" for name in plugins.names("figures") if plugins.figure(name).scope in scopes]
        return [f"{self.folder}/figures/{name}.{ending}" for name in drawn for ending in ("png", "svg")]


def figures_for(*scopes: Scope) -> list[str]:
    """Return the names of the figures with these scopes."""
    return [name for name in plugins.names("figures") if plugins.figure(name).scope in scopes]


def campaign_scopes(campaign: Campaign) -> set[Scope]:
    """Return the scopes of figures that a whole campaign has."""
    mixed = sum(one.workload == MIXED for one in campaign.experiments.values())
    scopes = {
        Scope.CAMPAIGN: True,
        Scope.CLAIMS: bool(campaign.claims),
        Scope.INTERPRETERS: len(campaign.interpreters) > 1,
        Scope.MIXED_WORK: mixed > 1,  # a map needs several
    }
    return {scope for scope, there in scopes.items() if there}


def experiment_scopes(experiment: Experiment) -> set[Scope]:
    """Return the scopes of figures that an experiment has."""
    scopes = {
        Scope.EXPERIMENT: True,
        Scope.WORKER_SWEEP: experiment.sweeps_workers,
        Scope.CPU_SWEEP: experiment.sweeps_workers and not experiment.servers,
    }
    return {scope for scope, there in scopes.items() if there}
