"""Measure the cost of timing single items: run 10,000 items without work, timed and not timed, in turns."""

from __future__ import annotations

import argparse
import gc
import importlib
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

from concbench.measured.machine import cpus
from concbench.measured.timing import TimedWorkload
from workloads.instant import Workload

ITEMS, TURNS = 10_000, 21
WORKERS = {"sync": 1, "thread_pool": 5, "asyncio": ITEMS, "multiprocessing_pool": cpus()}


def makespan_s(run: Callable[..., Any], workload: Any, workers: int) -> float:
    """Time one job in this process after a garbage collection, in seconds."""
    items = Workload().items(ITEMS, seed=1)
    gc.collect()
    start = perf_counter()
    run(workload, items, workers)
    return perf_counter() - start


def cost_s(model: str, turns: int = TURNS) -> float:
    """Return the seconds that timing the items adds to a job of a model, the median over the turns."""
    run, workers = importlib.import_module(f"models.{model}").run, WORKERS[model]
    differences: list[float] = []
    for turn in range(turns):
        pair = (TimedWorkload(Workload()), Workload())
        first, second = (makespan_s(run, workload, workers) for workload in pair[:: (-1) ** turn])
        differences.append((first - second) * (-1) ** turn)
    return median(differences)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=TURNS, help="number of turns (default: %(default)s)")
    turns = parser.parse_args().turns
    for model in WORKERS:
        print(f"{model:<20} {cost_s(model, turns) * 1e3:6.1f} ms for {ITEMS} items")


if __name__ == "__main__":
    main()
