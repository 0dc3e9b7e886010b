"""Made-up campaigns and tables for tests: known numbers instead of real timing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from campaign import Campaign
from collect import planned
from compare import compare
from plan import plan
from run_record import Measured
from summarise import summarise
from tables import ComparisonRow, ProbeRow, RunRow, SummaryRow, read_table, write_table

Times = Mapping[str, Sequence[float | str]]


def campaign(repetitions: int = 3, best_of: int = 2, **experiment: Any) -> Campaign:
    """A campaign of one CPU experiment with sync and threading, unless ``experiment`` says otherwise."""
    cpu = {
        "workload": "sum_squares",
        "sizes": [4],
        "baseline": "sync",
        "contenders": {"sync": {"model": "sync"}, "threading": {"model": "threading", "workers": [2]}},
        **experiment,
    }
    return Campaign.from_config(
        {
            "campaign": "made-up",
            "repetitions": repetitions,
            "best_of": best_of,
            "origins": {"near": {"sites": {"one": {"bytes": 10, "latency_s": 0.1}}}},
            "experiments": {"cpu": cpu},
        }
    )


def measured(value: float | str, workers: int) -> Measured:
    """A run that took so many seconds, or one with another status."""
    if isinstance(value, str):
        return Measured(status=value, reason=f"it is {value}")
    return Measured(status="ok", makespan_s=value, workers=workers, items_ok=4, session="one")


def run_rows(made_up: Campaign, times: Times) -> list[RunRow]:
    """Rows of ``runs.csv``; ``times`` gives for ``contender`` or ``contender/workers`` a value per block."""
    rows = []
    for run in plan(made_up):
        asked = run.point.workers_asked
        values = times.get(f"{run.point.contender}/{asked}", times.get(run.point.contender))
        assert values is not None
        workers = asked if isinstance(asked, int) else run.point.size
        rows.append(RunRow(**asdict(planned(made_up, run)), **asdict(measured(values[run.block - 1], workers))))
    return rows


def runs_table(folder: Path, made_up: Campaign, times: Times) -> pd.DataFrame:
    """``runs.csv``, written and read as the pipeline does."""
    path = folder / "runs.csv"
    write_table(path, RunRow, run_rows(made_up, times))
    return read_table(path, RunRow)


def probes(folder: Path, capacity: float = 1.5, processors: int = 4) -> pd.DataFrame:
    """``probes.csv`` with the machine's parallel capacity, the same in each block."""
    figures = {"parallel_capacity": capacity, "processors": processors}
    rows = [
        ProbeRow(probe="parallel_capacity", block=block, metric=metric, value=value, unit="processors", status="ok")
        for block in range(1, 31)
        for metric, value in figures.items()
    ]
    write_table(folder / "probes.csv", ProbeRow, rows)
    return read_table(folder / "probes.csv", ProbeRow)


def tables(folder: Path, campaign: Campaign, times: Times) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """runs, summary and comparisons, written and read as the pipeline does."""
    runs = runs_table(folder, campaign, times)
    write_table(folder / "summary.csv", SummaryRow, summarise(campaign, runs, probes(folder)))
    summary = read_table(folder / "summary.csv", SummaryRow)
    write_table(folder / "comparisons.csv", ComparisonRow, compare(campaign, runs, summary))
    return runs, summary, read_table(folder / "comparisons.csv", ComparisonRow)
