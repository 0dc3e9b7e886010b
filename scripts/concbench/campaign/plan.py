"""Plan every run of a campaign, with its block and its place in the order: a pure function."""

from __future__ import annotations

from dataclasses import dataclass

from concbench.campaign import plugins
from concbench.campaign.campaign import EFFECTIVE_PARALLELISM, Campaign, Contender
from concbench.measured.machine import default_workers
from concbench.records.run_record import RunSpec, Workers


@dataclass(frozen=True)
class Configuration:
    """Identify what runs have in common: experiment, contender, server profile, interpreter, workers and size."""

    experiment: str
    contender: str
    server: str | None
    interpreter: str
    workers_asked: Workers
    size: int

    @property
    def name(self) -> str:
        """Name a folder of records. It is unambiguous, because names in the config contain no dash."""
        parts = (self.experiment, self.contender, f"w{self.workers_asked}", f"n{self.size}", self.server, self.interpreter)
        return "-".join(part for part in parts if part)


@dataclass(frozen=True)
class Run:
    """Describe one run: one configuration in one block. ``order`` counts from 1 over the whole campaign."""

    configuration: Configuration
    block: int
    order: int


def configurations(campaign: Campaign) -> list[Configuration]:
    """Return all configurations, in the order of the config."""
    return [
        Configuration(experiment.name, contender.name, server, interpreter, workers, size)
        for experiment in campaign.experiments.values()
        for contender in experiment.contenders.values()
        for server in experiment.servers or (None,)
        for interpreter in campaign.interpreters
        for workers in contender.workers
        for size in experiment.sizes
    ]


def plan(campaign: Campaign) -> list[Run]:
    """Return all runs in the order of measurement: block by block, in the campaign's order."""
    named = {one.name: one for one in configurations(campaign)}
    drawn = [(block, named[name]) for block in campaign.blocks for name in campaign.order.of(block, list(named))]
    return [Run(configuration, block, order) for order, (block, configuration) in enumerate(drawn, start=1)]


@dataclass(frozen=True)
class ProbeRun:
    """Describe one micro-benchmark in one block.

    ``interpreter`` is None if it is of the machine; then the pipeline's own Python measures it.
    """

    probe: str
    interpreter: str | None
    command: str  # that starts the interpreter
    block: int


def probe_plan(campaign: Campaign) -> list[ProbeRun]:
    """Return all micro-benchmarks: in each block effective parallelism, and those of the config with each interpreter."""
    return [
        probe
        for block in campaign.blocks
        for probe in (
            ProbeRun(EFFECTIVE_PARALLELISM, None, "python", block),
            *(ProbeRun(name, *one, block) for name in campaign.probes for one in campaign.interpreters.items()),
        )
    ]


def contender_of(campaign: Campaign, configuration: Configuration) -> Contender:
    """Return the contender of a configuration."""
    return campaign.experiments[configuration.experiment].contenders[configuration.contender]


def number_of_workers(campaign: Campaign, configuration: Configuration, cpus: int, python_cpus: int) -> int:
    """Return the number of workers that a configuration stands for.

    Args:
        campaign: The campaign.
        configuration: The configuration.
        cpus: CPUs that a run may use.
        python_cpus: CPUs by which Python chooses the size of a pool.
    """
    asked = configuration.workers_asked
    if asked == "default":
        pool = plugins.model(contender_of(campaign, configuration).model).default_workers
        assert pool  # campaign_reader.py refuses a model without one
        return default_workers(pool, python_cpus)
    return cpus if asked == "cpus" else configuration.size if asked == "all" else int(asked)


def spec(campaign: Campaign, run: Run) -> RunSpec:
    """Return all that a run's timing depends on. If it changes, the run is measured again."""
    configuration, contender = run.configuration, contender_of(campaign, run.configuration)
    return RunSpec(
        configuration=configuration.name,
        block=run.block,
        seed=campaign.seed,
        interpreter=campaign.interpreters[configuration.interpreter],
        model=contender.model,
        model_options=contender.model_options,
        workload=campaign.experiments[configuration.experiment].workload,
        workload_options=contender.workload_options,
        workers=configuration.workers_asked,
        size=configuration.size,
        server=campaign.servers[configuration.server] if configuration.server else None,
    )
