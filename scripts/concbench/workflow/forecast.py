"""Forecast how long a campaign will take, from records if there are any, otherwise from the config."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path
from statistics import median

from concbench.campaign.campaign import Campaign
from concbench.campaign.plan import ProbeRun, Run, contender_of
from concbench.campaign.run_costs import OVERHEAD_S, PROBE_S
from concbench.campaign.titles import configuration_title, interpreter_title, workers_of
from concbench.common.formatting import duration
from concbench.records.run_record import LEAST, MOST, read_measured

ENOUGH = 3  # records of a configuration from which the median is taken
HANDING_OUT_S = 25.0  # of a block on a cluster, in addition to its runs: submission, start and polling
NODES = (1, 4, 16)  # numbers of nodes to forecast for
GUESS_S = 2.0  # elapsed time assumed if neither records nor the config tell


@dataclass(frozen=True)
class Step:
    """Describe one run or micro-benchmark that is still to be measured, or one block of those that nodes measure.

    ``until_s`` is the forecast for all steps up to and including this one, and ``after_s`` for those after it, in seconds.
    """

    place: int
    steps: int
    until_s: float
    after_s: float
    title: str = ""
    then: str = "tables and figures"  # after the last step
    unit: str = ""  # of the number of steps, unless these are runs and micro-benchmarks

    def pace(self, elapsed_s: float) -> float:
        """Return the time taken until the end of this step, as a multiple of the forecast."""
        return elapsed_s / self.until_s if self.until_s > 0 else 1.0

    def head(self, pace: float) -> str:
        """Say how far the campaign is. The time left is the forecast, scaled by the pace so far."""
        left = f"{duration(pace * self.after_s)} left" if self.place < self.steps else f"{self.then} next"
        return f"[{self.place} of {self.steps}{self.unit}, {left}]"

    def line(self, result: str, pace: float) -> str:
        """Return the progress line."""
        return "  ".join([self.head(pace), *([self.title] if self.title else []), result])


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
        workers = workers_of(self.campaign, run.configuration)
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
class Later:
    """Describe what may have to be measured after the next look, if everything stays inconclusive."""

    sizes: Sequence[int]  # number of items of each run
    blocks: int
    takes_s: float

    @property
    def announcement(self) -> str:
        return (
            f"Then up to {count(len(self.sizes), 'run')} in {count(self.blocks, 'more block')}, about {duration(self.takes_s)},"
            " until everything is decided."
        )


@dataclass(frozen=True)
class Forecast:
    """Describe what an invocation has to measure: a step for each run and micro-benchmark, by its record's path.

    If the campaign has looks, this is what comes before the next one; ``later`` is what may come after it.
    """

    campaign: Campaign
    planned: int  # number of all runs, including those already measured
    by_block_s: Mapping[int, float]  # seconds, for blocks that are not complete
    steps: Mapping[str, Step]
    sizes: Sequence[int]  # number of items of each run to measure
    guessed: Sequence[str]  # titles of experiments whose runs' elapsed time is guessed
    blocks: int  # that all planned runs are in
    later: Later | None = None

    def following(self, before: Forecast) -> Forecast:
        """Continue the numbers and times of the steps that were ahead before the last look."""
        done = list(before.steps.values())[-1] if before.steps else Step(0, 0, 0, 0)
        steps = {
            path: replace(
                step,
                place=done.steps + step.place,
                steps=done.steps + step.steps,
                until_s=round(done.until_s + step.until_s, 1),
            )
            for path, step in self.steps.items()
        }
        return replace(self, steps=steps)

    @property
    def takes_s(self) -> float:
        """How long all blocks that are not complete take, in seconds."""
        return sum(self.by_block_s.values())

    def step(self, path: str) -> Step:
        """Return the step of a record. A run or micro-benchmark that wasn't planned gets a step of its own."""
        return self.steps.get(path, Step(1, 1, 0, 0))

    def block_step(self, block: int, place: int, measured: int) -> Step:
        """Return the step of a block that a node has measured. The time left is that of as many blocks at the pace so far.

        Args:
            block: The block.
            place: Number of blocks that are complete, of those before the next look.
            measured: Number of blocks that nodes have measured in this invocation.
        """
        then = next(iter(self.steps.values()), Step(1, 1, 0, 0)).then
        blocks = len(self.by_block_s)
        return Step(place, blocks, measured, blocks - place, f"block {block}", then, " blocks")

    @property
    def announcement(self) -> str | None:
        """Say what will be measured and how long it will take; None if nothing will."""
        if not self.steps:
            return f"Campaign {self.campaign.name}: a look is due.{self.then}" if self.later else None
        last = list(self.steps.values())[-1]
        runs = sum(path.startswith("runs/") for path in self.steps)
        done = f" {self.planned - runs} of {self.planned} runs are already measured." if runs < self.planned else ""
        return (
            f"Campaign {self.campaign.name}: {count(runs, 'run')} and {count(last.steps - runs, 'micro-benchmark')} to measure"
            f" in {count(self.blocks, 'block')}, about {duration(last.until_s)}{self.guess}.{self.then}{done}"
        )

    @property
    def then(self) -> str:
        """Say what may come after the next look."""
        if self.later is None:
            return ""
        budget_s = self.campaign.budget_s
        within = f" budget_minutes ends the campaign after {duration(budget_s)}." if budget_s is not None else ""
        return f" {self.later.announcement}{within}"

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
            f" About {blocks * job_s / 3600:.2g} node-hours: {walls} nodes{self.guess}.{self.then}"
        )


def count(number: int, noun: str) -> str:
    """Write a number of things: ``1 block``, ``6 blocks``."""
    return f"{number} {noun}{'s' * (number != 1)}"


def probe_title(campaign: Campaign, probe: ProbeRun) -> str:
    """Return a micro-benchmark's name, and its interpreter if the campaign has several."""
    several = probe.interpreter and len(campaign.interpreters) > 1
    return f"{probe.probe}, {interpreter_title(campaign, probe.interpreter)}" if probe.interpreter and several else probe.probe


def forecast(
    forecaster: Forecaster,
    runs: Mapping[str, Run],
    probes: Mapping[str, ProbeRun],
    planned: int,
    blocks: int | None = None,
    later: Later | None = None,
    then: str = "tables and figures",
) -> Forecast:
    """Make the steps of these runs and micro-benchmarks, given by their records' paths, in the order of measurement.

    Args:
        forecaster: Estimates how long they take.
        runs: The runs.
        probes: The micro-benchmarks.
        planned: Number of all runs, including those already measured.
        blocks: Number of blocks that these are in, by default all.
        later: What may follow the next look, if the campaign has looks.
        then: What comes after the last step.
    """
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
        steps[path] = Step(place, len(seconds), round(until_s, 1), round(total_s - until_s, 1), title, then)
    sizes = [run.configuration.size for run in runs.values()]
    return Forecast(
        campaign, planned, by_block_s, steps, sizes, list(forecaster.guessed), blocks or campaign.repetitions, later
    )


def later_than(forecaster: Forecaster, runs: Sequence[Run], probes: int, blocks: int) -> Later | None:
    """Estimate what may follow the next look: these runs and micro-benchmarks in some blocks. Return None without blocks."""
    takes_s = sum(forecaster.makespan_s(run) + OVERHEAD_S for run in runs) + PROBE_S * probes
    return Later([run.configuration.size for run in runs], blocks, takes_s) if blocks else None


def measured_makespans(folder: Path, runs: Mapping[str, Run]) -> dict[str, float]:
    """Return the median elapsed time of each measured configuration, in seconds, from its first few records."""
    found: dict[str, list[float]] = {}
    for path, run in runs.items():
        record = folder / "runs" / f"{path}.json"
        if len(found.get(run.configuration.name, ())) < ENOUGH and record.exists():
            try:
                makespan_s = read_measured(record).makespan_s
            except ValueError:
                continue  # its row in runs.csv says what is wrong with it
            if makespan_s is not None and LEAST["makespan_s"] <= makespan_s <= MOST:
                found.setdefault(run.configuration.name, []).append(makespan_s)
    return {configuration: median(makespans) for configuration, makespans in found.items()}
