"""The plan: every run of a campaign, with its block and its place in the order, made by one pure function."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from concbench.campaign.campaign import CAPACITY, Campaign, Contender
from concbench.records.run_record import RunSpec, Workers


@dataclass(frozen=True)
class Point:
    """What a run measures: experiment, contender, origin profile, interpreter, workers and size."""

    experiment: str
    contender: str
    origin: str | None
    interpreter: str
    workers_asked: Workers
    size: int

    @property
    def name(self) -> str:
        """Names a folder; without ambiguity, since the config's names have no dash in them."""
        parts = (self.experiment, self.contender, f"w{self.workers_asked}", f"n{self.size}", self.origin, self.interpreter)
        return "-".join(part for part in parts if part)


@dataclass(frozen=True)
class Run:
    """One point in one block: one process, one record. ``order`` counts from 1 over the whole campaign."""

    point: Point
    block: int
    order: int


def points(campaign: Campaign) -> list[Point]:
    """All points, in the order in which the config names them."""
    return [
        Point(experiment.name, contender.name, origin, interpreter, workers, size)
        for experiment in campaign.experiments.values()
        for contender in experiment.contenders.values()
        for origin in experiment.origins or (None,)
        for interpreter in campaign.interpreters
        for workers in contender.workers
        for size in experiment.sizes
    ]


def lot(seed: int, block: int, point: Point) -> bytes:
    """What the order within a block is sorted by; a point's lot doesn't depend on what other points there are."""
    return hashlib.sha256(f"{seed}/{block}/{point.name}".encode()).digest()


def plan(campaign: Campaign) -> list[Run]:
    """All runs in the order in which they are measured: block by block, drawn anew from the seed for each."""
    drawn = [
        (block, point)
        for block in campaign.blocks
        for point in sorted(points(campaign), key=lambda point: lot(campaign.seed, block, point))
    ]
    return [Run(point, block, order) for order, (block, point) in enumerate(drawn, start=1)]


@dataclass(frozen=True)
class ProbeRun:
    """One probe in one block; ``interpreter`` is None for one of the machine, which the pipeline's own Python measures."""

    probe: str
    interpreter: str | None
    command: str  # that starts the interpreter
    block: int


def probe_plan(campaign: Campaign) -> list[ProbeRun]:
    """All probes: in each block the machine's parallel capacity, and those of the config with each interpreter."""
    return [
        probe
        for block in campaign.blocks
        for probe in (
            ProbeRun(CAPACITY, None, "python", block),
            *(ProbeRun(name, *one, block) for name in campaign.probes for one in campaign.interpreters.items()),
        )
    ]


def contender_of(campaign: Campaign, point: Point) -> Contender:
    return campaign.experiments[point.experiment].contenders[point.contender]


def spec(campaign: Campaign, run: Run) -> RunSpec:
    """All that a run's timing depends on; where it changes, the run is measured again."""
    point, contender = run.point, contender_of(campaign, run.point)
    return RunSpec(
        point=point.name,
        block=run.block,
        seed=campaign.seed,
        interpreter=campaign.interpreters[point.interpreter],
        model=contender.model,
        model_options=contender.model_options,
        workload=campaign.experiments[point.experiment].workload,
        workload_options=contender.workload_options,
        workers=point.workers_asked,
        size=point.size,
        origin=campaign.origins[point.origin] if point.origin else None,
    )
