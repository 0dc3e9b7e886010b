"""Forecast how long a campaign will take, from records if there are any, otherwise from the config."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from statistics import median

from concbench.campaign.campaign import Campaign
from concbench.campaign.plan import ProbeRun, Run, contender_of
from concbench.campaign.titles import configuration_title, interpreter_title, workers_of
from concbench.common.formatting import duration
from concbench.common.progress import Step
from concbench.records.run_record import LEAST, MOST, RunRecord

OVERHEAD_S = 0.4  # of a run, in addition to its elapsed time: starting runner, server and measured process
PROBE_S = 2.0  # of a micro-benchmark; most take about 1 s
ENOUGH = 3  # records of a configuration from which the median is taken
HANDING_OUT_S = 25.0  # of a block on a cluster, in addition to its runs: submission, start and polling
NODES = (1, 4, 16)  # numbers of nodes to forecast for
GUESS_S = 2.0  # elapsed time assumed if neither records nor the config tell


@dataclass
class Forecaster:
    """Estimate how long runs take, from the median elapsed times of measured configurations, in seconds, and the config."""

    campaign: Campaign
    measured: Mapping[str, float]
    delay_total_s: dict[tuple[str, int], float] = field(default_factory=dict)  # over all requests, by profile and size
    guessed: dict[str, None] = field(default_factory=dict)  # titles of experiments without an estimate, in order

    def waits_s(self, run: Run) -> float | None:
        """Return how long a run waits for the test server at least, or None if it uses no server or another one."""
        server, size = run.configuration.server, run.configuration.size
        if server is None or not self.campaign.servers[server].under_control:
            return None
        profile = self.campaign.servers[server]
        if (server, size) not in self.delay_total_s:
            self.delay_total_s[server, size] = sum(profile.delays_s(size, self.campaign.seed, 1, ""))
        workers = workers_of(run.configuration)
        connections = contender_of(self.campaign, run.configuration).connection_limit
        return self.delay_total_s[server, size] / min(workers, size, profile.max_concurrent or size, connections or size)

    def makespan_s(self, run: Run) -> float:
        """Return a run's elapsed time: that of measured ones, otherwise its waits, otherwise a guess."""
        if run.configuration.name in self.measured:
            return self.measured[run.configuration.name]
        waits_s = self.waits_s(run)
        if waits_s is None:
            self.guessed[self.campaign.experiments[run.configuration.experiment].title] = None
        return GUESS_S if waits_s is None else waits_s


@dataclass(frozen=True)
class Forecast:
    """Describe what an invocation has to measure: a step for each run and micro-benchmark, by its record's path."""

    campaign: Campaign
    planned: int  # number of all runs, including those already measured
    by_block_s: Mapping[int, float]  # seconds, for blocks that are not complete
    steps: Mapping[str, Step]
    sizes: Sequence[int]  # number of items of each run to measure
    guessed: Sequence[str]  # titles of experiments whose runs' elapsed time is guessed

    def step(self, path: str) -> str:
        """Return a step as JSON. A run or micro-benchmark that wasn't planned gets a step of its own."""
        return self.steps.get(path, Step(1, 1, 0, 0)).to_json()

    @property
    def announcement(self) -> str | None:
        """Say what will be measured and how long it will take; None if nothing will."""
        if not self.steps:
            return None
        last = list(self.steps.values())[-1]
        runs = sum(path.startswith("runs/") for path in self.steps)
        done = f" {self.planned - runs} of {self.planned} runs are already measured." if runs < self.planned else ""
        return (
            f"Campaign {self.campaign.name}: {count(runs, 'run')} and {count(last.steps - runs, 'micro-benchmark')} to measure"
            f" in {count(self.campaign.repetitions, 'block')}, about {duration(last.until_s)}{self.guess}.{done}"
        )

    @property
    def guess(self) -> str:
        """Say which part of the forecast is a guess."""
        return f" (assuming {GUESS_S:.0f} s a run for {'; '.join(self.guessed)})" if self.guessed else ""

    @property
    def handed_out(self) -> str | None:
        """Say what will be sent to the nodes of a cluster and how long it will take; None if nothing will."""
        if not self.steps:
            return None
        blocks = len(self.by_block_s)
        job_s = sum(self.by_block_s.values()) / blocks + HANDING_OUT_S
        walls = ", ".join(f"{duration(ceil(blocks / nodes) * job_s)} on {nodes}" for nodes in NODES)
        return (
            f"Campaign {self.campaign.name}: {len(self.steps)} runs and micro-benchmarks to measure"
            f" in {count(blocks, 'block')}. Each block is one job, alone on its node."
            f" About {blocks * job_s / 3600:.2g} node-hours: {walls} nodes{self.guess}."
        )


def count(number: int, noun: str) -> str:
    """Write a number of things: ``1 block``, ``6 blocks``."""
    return f"{number} {noun}{'s' * (number != 1)}"


def probe_title(campaign: Campaign, probe: ProbeRun) -> str:
    """Return a micro-benchmark's name, and its interpreter if the campaign has several."""
    several = probe.interpreter and len(campaign.interpreters) > 1
    return f"{probe.probe}, {interpreter_title(campaign, probe.interpreter)}" if probe.interpreter and several else probe.probe


def forecast(forecaster: Forecaster, runs: Mapping[str, Run], probes: Mapping[str, ProbeRun], planned: int) -> Forecast:
    """Make the steps of these runs and micro-benchmarks, given by their records' paths, in the order of measurement."""
    campaign = forecaster.campaign
    titles = {f"probes/{path}": probe_title(campaign, probe) for path, probe in probes.items()}
    titles |= {f"runs/{path}": configuration_title(campaign, run.configuration) for path, run in runs.items()}
    seconds = {f"probes/{path}": (probe.block, 0, PROBE_S) for path, probe in probes.items()}
    seconds |= {f"runs/{path}": (run.block, run.order, forecaster.makespan_s(run) + OVERHEAD_S) for path, run in runs.items()}
    total_s, until_s, steps = sum(took_s for *_, took_s in seconds.values()), 0.0, {}
    by_block_s: dict[int, float] = {}
    for place, (path, (block, _, took_s)) in enumerate(sorted(seconds.items(), key=lambda one: one[1]), start=1):
        until_s += took_s
        by_block_s[block] = by_block_s.get(block, 0.0) + took_s
        title = f"block {block}  {titles[path]}"
        steps[path] = Step(place, len(seconds), round(until_s, 1), round(total_s - until_s, 1), title)
    sizes = [run.configuration.size for run in runs.values()]
    return Forecast(campaign, planned, by_block_s, steps, sizes, list(forecaster.guessed))


def measured_makespans(folder: Path, runs: Mapping[str, Run]) -> dict[str, float]:
    """Return the median elapsed time of each measured configuration, in seconds, from its first few records."""
    found: dict[str, list[float]] = {}
    for path, run in runs.items():
        record = folder / "runs" / f"{path}.json"
        if len(found.get(run.configuration.name, ())) < ENOUGH and record.exists():
            try:
                makespan_s = RunRecord.read(record).measured.makespan_s
            except ValueError:
                continue  # its row in runs.csv says what is wrong with it
            if makespan_s is not None and LEAST["makespan_s"] <= makespan_s <= MOST:
                found.setdefault(run.configuration.name, []).append(makespan_s)
    return {configuration: median(makespans) for configuration, makespans in found.items()}
