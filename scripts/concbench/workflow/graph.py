"""List the files that a campaign consists of: records, tables, figures and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from concbench.campaign import plugins
from concbench.campaign.blocks import block_names, records_by_block, whole_or_next
from concbench.campaign.campaign import MIXED, Campaign, Experiment
from concbench.campaign.fingerprints import probe_path, record_path, source
from concbench.campaign.plan import ProbeRun, Run, contender_of, plan, probe_plan
from concbench.campaign.plugins import Scope
from concbench.common.content import short_hash
from concbench.common.paths import ROOT
from concbench.environment.node import hands_out, own_block
from concbench.records.rows import TABLES


@dataclass(frozen=True)
class Graph:
    """List a campaign's files. Paths of records are wildcards of the rules, so they have no kind and no suffix."""

    campaign: Campaign
    folder: Path  # of its results

    @cached_property
    def runs(self) -> Mapping[str, Run]:
        """The planned runs by the paths of their records; on a node, those of its block."""
        runs = (run for run in plan(self.campaign) if own_block() in (None, run.block))
        return {whole_or_next(self.folder / "runs", record_path(self.campaign, run)): run for run in runs}

    @cached_property
    def probes(self) -> Mapping[str, ProbeRun]:
        """The planned micro-benchmarks by the paths of their records; on a node, those of its block."""
        probes = (probe for probe in probe_plan(self.campaign) if own_block() in (None, probe.block))
        return {whole_or_next(self.folder / "probes", probe_path(probe)): probe for probe in probes}

    @cached_property
    def records(self) -> Mapping[int, Sequence[str]]:
        """The records of each block, in the campaign's folder."""
        return records_by_block(self.runs, self.probes)

    @cached_property
    def blocks(self) -> Mapping[int, str]:
        """The name of each block's files."""
        return block_names(self.records)

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
        planned: Mapping[str, object] = self.runs if kind == "runs" else self.probes
        return [f"{self.folder}/{kind}/{path}.json" for path in planned]

    def own_file(self, run: Run) -> str:
        """Return the hash of the user's own file as Snakemake has read it; ``none`` for other work."""
        file = contender_of(self.campaign, run.configuration).workload_options.get("file")
        return short_hash(source(ROOT / file)) if file else "none"

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
        Scope.CPU_BOUND: not experiment.servers and len(experiment.contenders) > 1,
    }
    return {scope for scope, there in scopes.items() if there}
