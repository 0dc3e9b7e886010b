"""Measure campaigns that have looks without measuring: write records of known times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.plan import spec
from concbench.measured.api import Metric
from concbench.records.probe_record import ProbeRecord
from concbench.records.run_record import RunRecord
from concbench.workflow.graph import Graph
from concbench.workflow.look import take_look
from support import factories

FOLDER = Path("results/synthetic")
CONTENDERS: dict[str, Any] = {
    "sync": {"model": "sync"},
    "threading": {"model": "thread_pool", "workers": [2]},
    "asyncio": {"model": "asyncio", "workers": ["all"]},
    "wavering": {"model": "thread_pool", "workers": [4]},
}
TIMES: dict[str, Callable[[int], float]] = {  # by block, in seconds
    "sync": lambda block: 2.0,
    "threading": lambda block: 1.0,
    "asyncio": lambda block: 1.0,
    "control": lambda block: 1.0,
    "wavering": lambda block: 1.0 if block % 2 else 4.0,  # half as long as sync, or twice
}


def campaign_config(repetitions: factories.Repetitions = factories.UNTIL_DECIDED, **experiment: Any) -> dict[str, Any]:
    return factories.config(repetitions, contenders=CONTENDERS, **experiment)


def graph_of(config: Mapping[str, Any]) -> Graph:
    return Graph(campaign_of(config), FOLDER)


def measure(graph: Graph) -> None:
    """Write the missing records of all that is planned so far."""
    for path, run in graph.planned.runs.items():
        if not graph.has(f"runs/{path}.json"):
            took_s = TIMES[run.configuration.contender](run.block)
            RunRecord(spec(graph.campaign, run), factories.measured(took_s, 1)).write(FOLDER / f"runs/{path}.json")
    for path, probe in graph.planned.probes.items():
        metrics = [Metric("effective_parallelism", 1.8, "cpus"), Metric("cpus", 2.0, "cpus"), Metric("thread_s", 0.5, "s")]
        ProbeRecord(**asdict(probe), invocation="one", metrics=metrics).write(FOLDER / f"probes/{path}.json")


def measure_and_look(config: Mapping[str, Any], looks: int = 1) -> tuple[Graph, str]:
    """Measure a campaign up to a look, and take it; return what the campaign then is, and the look's line."""
    graph, line = graph_of(config), ""
    for _ in range(looks):
        measure(graph)
        line = take_look(graph)
    return graph, line


def contenders_in(graph: Graph, block: int) -> set[str]:
    """Return which contenders a block holds."""
    return {run.configuration.contender for run in graph.planned.runs.values() if run.block == block}
