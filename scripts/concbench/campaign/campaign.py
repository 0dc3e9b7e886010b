"""A campaign as its config declares it, checked against the models, workloads and clients that exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from concbench.campaign import plugins
from concbench.records.run_record import Workers
from concbench.records.server_profile import Profile

CONTROL = "control"
EFFECTIVE_PARALLELISM = "effective_parallelism"  # the probe
MIXED = "download_and_sum"  # the workload between I/O and CPU
OWN = "own"  # the workload whose code is a file of the user's


@dataclass(frozen=True)
class Contender:
    """A model with its options, the workload's and the client's among them."""

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
        """The most connections that the client opens; None where it has no limit."""
        if self.client is None:
            return None
        options = {**plugins.client(self.client).defaults, **self.workload_options["client_options"]}
        return options.get("connection_limit") or None


@dataclass(frozen=True)
class Experiment:
    name: str
    title: str  # for people; the name if the config gives none
    workload: str
    sizes: tuple[int, ...]
    servers: tuple[str, ...]  # empty where the workload talks to none
    baseline: str
    contenders: Mapping[str, Contender]  # "control", a second measurement of one of the others, among them
    control: str | None  # the contender that is measured twice
    article_s: Mapping[str, float]

    @property
    def work(self) -> str:
        """Name the work as people call it: the workload, or the user's own file without its ending."""
        files = {str(one.workload_options["file"]) for one in self.contenders.values() if self.workload == OWN}
        return Path(files.pop()).stem if len(files) == 1 else self.workload

    @property
    def sweeps_workers(self) -> bool:
        return any(len(one.workers) > 1 for one in self.contenders.values() if one.name != CONTROL)


@dataclass(frozen=True)
class Campaign:
    name: str
    seed: int
    blocks: tuple[int, ...]  # their numbers, in the order in which they are measured
    separate_nodes: bool  # whether nodes of a cluster may differ in what times depend on
    best_of: int
    timeout_s: float
    background_cpu_limit: float
    attempts: int
    memory_limit: float  # share of the memory that a run may use
    margin: float  # relative differences smaller than this are "same"
    interpreters: Mapping[str, str]  # the commands that start them, by name
    interpreter_titles: Mapping[str, str]  # by name, of those that the config gives one
    servers: Mapping[str, Profile]
    probes: tuple[str, ...]  # besides the machine's effective parallelism, which is always measured
    claims: str | None  # the path of their file
    all_claims: bool  # whether each must be one that the campaign measures
    experiments: Mapping[str, Experiment]

    @property
    def repetitions(self) -> int:
        """How many blocks there are."""
        return len(self.blocks)
