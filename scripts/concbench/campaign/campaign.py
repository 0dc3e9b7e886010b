"""Describe a campaign: its config, checked against the models, workloads and clients that exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from concbench.campaign import plugins
from concbench.campaign.order import Order
from concbench.campaign.own_file import name_of
from concbench.records.run_record import Workers
from concbench.records.server_profile import Profile
from concbench.stats.looks import Looks

CONTROL = "control"
EFFECTIVE_PARALLELISM = "effective_parallelism"  # the micro-benchmark of the machine
MIXED = "download_and_sum"  # the workload that downloads and computes
OWN = "own"  # the workload that runs a file of the user's


@dataclass(frozen=True)
class Contender:
    """Describe a contender: a model with its options and those of the workload and the client."""

    name: str
    model: str
    workers: tuple[Workers, ...]
    model_options: Mapping[str, Any]
    workload_options: Mapping[str, Any]

    @property
    def client(self) -> str | None:
        return self.workload_options.get("client")

    @property
    def connection_limit(self) -> int | None:
        """Return the most connections that its clients open together, or None if they have no limit.

        Each process that has an event loop has a client of its own.
        """
        if self.client is None:
            return None
        options = {**plugins.client(self.client).defaults, **self.workload_options["client_options"]}
        loops: int = {**plugins.model(self.model).defaults, **self.model_options}.get("processes", 1)
        return loops * options.get("connection_limit", 0) or None


@dataclass(frozen=True)
class Experiment:
    """Describe an experiment: a workload, and the contenders that run it."""

    name: str
    title: str  # for people; the name if the config gives none
    workload: str
    sizes: tuple[int, ...]
    servers: tuple[str, ...]  # empty if the workload uses no server
    baseline: str
    contenders: Mapping[str, Contender]  # includes "control", the second measurement of one of the others
    control: str | None  # the contender that is measured twice
    decide: tuple[str, ...]  # the contenders whose comparisons must be decided, if the campaign goes on until then
    left_out: Mapping[str, str]  # the reason, by model
    article_s: Mapping[str, float]

    @property
    def work(self) -> str:
        """Return the name of the work: the workload, or that of the user's own file or function."""
        files = {str(one.workload_options["file"]) for one in self.contenders.values() if self.workload == OWN}
        return name_of(files.pop()) if len(files) == 1 else self.workload

    @property
    def sweeps_workers(self) -> bool:
        """Check whether a contender has several numbers of workers."""
        return any(len(one.workers) > 1 for one in self.contenders.values() if one.name != CONTROL)


@dataclass(frozen=True)
class Campaign:
    """Describe a campaign as its config declares it."""

    name: str
    seed: int  # of the server's delays and of own items
    order: Order
    blocks: tuple[int, ...]  # their numbers, in the order of measurement; those of the last look, if there are looks
    looks: Looks | None  # the looks at a campaign that goes on until it is decided
    budget_s: float | None  # the time that its runs may take together
    separate_nodes: bool  # whether unlike nodes of a cluster may measure blocks
    best_of: int
    timeout_s: float
    background_cpu_limit: float
    attempts: int
    memory_limit: float  # share of the memory that a run may use
    margin: float  # relative differences within this are "same"
    interpreters: Mapping[str, str]  # the commands that start them, by name
    interpreter_titles: Mapping[str, str]  # by name, of those that the config gives one
    servers: Mapping[str, Profile]
    probes: tuple[str, ...]  # in addition to effective_parallelism, which is always measured
    claims: str | None  # the path of the file of claims
    all_claims: bool  # whether the campaign must measure every claim
    experiments: Mapping[str, Experiment]

    @property
    def has_own_work(self) -> bool:
        """Check whether an experiment runs a file of the user's."""
        return any(experiment.workload == OWN for experiment in self.experiments.values())

    @property
    def repetitions(self) -> int:
        """Return the number of blocks, the most if the campaign may end before."""
        return len(self.blocks)
