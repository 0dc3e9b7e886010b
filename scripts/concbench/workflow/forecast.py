"""How long a campaign will take: from what has been measured already, and else from the config."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from statistics import median

from concbench.campaign.campaign import Campaign
from concbench.campaign.plan import ProbeRun, Run, contender_of
from concbench.common.formatting import duration
from concbench.common.progress import Step
from concbench.measured.machine import cpus
from concbench.records.run_record import RunRecord

OVERHEAD_S = 0.4  # of a run beside its makespan: starting server and measured process, and the runner
PROBE_S = 2.0  # most take about one
ENOUGH = 3  # records of a configuration, to tell its median from
HANDING_OUT_S = 25.0  # of a block on a cluster, beside its runs: submission, start and polling
NODES = (1, 4, 16)
GUESS_S = 2.0  # a makespan of which neither the config nor anything measured tells


@dataclass
class Forecaster:
    """Knows how long a campaign's runs take: from medians of measured configurations, in seconds, and from its config."""

    campaign: Campaign
    measured: Mapping[str, float]
    delay_total_s: dict[tuple[str, int], float] = field(default_factory=dict)  # of all requests, by profile and size
    guessed: dict[str, None] = field(default_factory=dict)  # the experiments of which nothing told, in order

    def waits_s(self, run: Run) -> float | None:
        """What the server alone will have a run wait; None for work without a server, and for a server of others."""
        server, size, asked = run.configuration.server, run.configuration.size, run.configuration.workers_asked
        if server is None or not self.campaign.servers[server].under_control:
            return None
        profile = self.campaign.servers[server]
        if (server, size) not in self.delay_total_s:
            self.delay_total_s[server, size] = sum(profile.delays_s(size, self.campaign.seed, 1, ""))
        workers = cpus() if asked == "cpus" else size if asked == "all" else int(asked)
        connections = contender_of(self.campaign, run.configuration).connection_limit
        return self.delay_total_s[server, size] / min(workers, size, profile.max_concurrent or size, connections or size)

    def makespan_s(self, run: Run) -> float:
        """A run's: as its configuration's was, else its waits, else a guess."""
        if run.configuration.name in self.measured:
            return self.measured[run.configuration.name]
        waits_s = self.waits_s(run)
        if waits_s is None:
            self.guessed[run.configuration.experiment] = None
        return GUESS_S if waits_s is None else waits_s


@dataclass(frozen=True)
class Forecast:
    """What is ahead of an invocation: a step for each run and probe to be measured, by its path in the campaign's folder."""

    campaign: Campaign
    planned: int  # runs in all, those that have been measured among them
    by_block_s: Mapping[int, float]  # of the blocks in which something is to be measured
    steps: Mapping[str, Step]
    sizes: Sequence[int]  # numbers of items, of the runs
    guessed: Sequence[str]  # experiments of whose runs neither the config nor anything measured tells how long they take

    def step(self, path: str) -> str:
        """As JSON; one that isn't ahead, and is measured all the same, is alone."""
        return self.steps.get(path, Step(1, 1, 0, 0)).to_json()

    @property
    def announcement(self) -> str | None:
        """What is said before the first run; None where there is none."""
        if not self.steps:
            return None
        last = list(self.steps.values())[-1]
        runs = sum(path.startswith("runs/") for path in self.steps)
        kept = f" ({self.planned - runs} of {self.planned} have been measured already)" if runs < self.planned else ""
        blocks = f"{self.campaign.repetitions} block" + "s" * (self.campaign.repetitions != 1)
        return (
            f"Campaign {self.campaign.name}: {runs} runs{kept} and {last.steps - runs} probes to measure, in {blocks}, "
            f"one at a time: about {duration(last.until_s)}{self.guess}."
        )

    @property
    def guess(self) -> str:
        """What of the forecast is a guess."""
        return f", with {GUESS_S:.0f} s guessed for each run of {', '.join(self.guessed)}" if self.guessed else ""

    @property
    def handed_out(self) -> str | None:
        """What is said before the blocks go to the nodes of a cluster; None where all have been measured."""
        if not self.steps:
            return None
        blocks = len(self.by_block_s)
        job_s = sum(self.by_block_s.values()) / blocks + HANDING_OUT_S
        walls = ", ".join(f"{duration(ceil(blocks / nodes) * job_s)} on {nodes}" for nodes in NODES)
        return (
            f"Campaign {self.campaign.name}: {len(self.steps)} runs and probes to measure, in {blocks} blocks, each of which is"
            f" one job, alone on its node: about {blocks * job_s / 3600:.2g} node-hours; {walls} nodes{self.guess}."
        )


def forecast(forecaster: Forecaster, runs: Mapping[str, Run], probes: Mapping[str, ProbeRun], planned: int) -> Forecast:
    """The steps of these runs and probes, given by the paths of their records, in the order in which they will be measured."""
    seconds = {f"probes/{path}": (probe.block, 0, PROBE_S) for path, probe in probes.items()}
    seconds |= {f"runs/{path}": (run.block, run.order, forecaster.makespan_s(run) + OVERHEAD_S) for path, run in runs.items()}
    total_s, until_s, steps = sum(took_s for *_, took_s in seconds.values()), 0.0, {}
    by_block_s: dict[int, float] = {}
    for place, (path, (block, _, took_s)) in enumerate(sorted(seconds.items(), key=lambda one: one[1]), start=1):
        until_s += took_s
        by_block_s[block] = by_block_s.get(block, 0.0) + took_s
        steps[path] = Step(place, len(seconds), round(until_s, 1), round(total_s - until_s, 1))
    sizes = [run.configuration.size for run in runs.values()]
    return Forecast(forecaster.campaign, planned, by_block_s, steps, sizes, list(forecaster.guessed))


def measured_makespans(folder: Path, runs: Mapping[str, Run]) -> dict[str, float]:
    """Of each configuration that has been measured the median makespan, from no more records than tell it."""
    found: dict[str, list[float]] = {}
    for path, run in runs.items():
        record = folder / "runs" / f"{path}.json"
        if len(found.get(run.configuration.name, ())) < ENOUGH and record.exists():
            makespan_s = RunRecord.read(record).measured.makespan_s
            if makespan_s is not None:
                found.setdefault(run.configuration.name, []).append(makespan_s)
    return {configuration: median(makespans) for configuration, makespans in found.items()}
