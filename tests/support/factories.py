"""Make synthetic campaigns and tables for tests: known numbers instead of measured ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd

from concbench.analysis.comparisons import compare
from concbench.analysis.dataset import CampaignData
from concbench.analysis.findings import findings
from concbench.analysis.interpreter_ratios import compare_interpreters
from concbench.analysis.items import representative
from concbench.analysis.nodes import compare_nodes
from concbench.analysis.runs import planned
from concbench.analysis.scaling import fit_all
from concbench.analysis.summary import summarize
from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.plan import plan
from concbench.measured.status import Status
from concbench.records.rows import (
    TABLES,
    ClaimRow,
    ComparisonRow,
    InterpreterRow,
    ItemRow,
    NodeRow,
    ProbeRow,
    RunRow,
    ScalingRow,
    SummaryRow,
    WarningRow,
)
from concbench.records.run_record import Measured
from concbench.records.tables import read_table, rows_of, write_table
from concbench.stats.verdicts import ClaimVerdict

Times = Mapping[str, Sequence[float | str]]
Repetitions = int | Mapping[str, Any]
UNTIL_DECIDED = {"until": "decided", "at_least": 7, "at_most": 17}  # looks after 7, 11 and 17 blocks


def config(repetitions: Repetitions = 3, best_of: int = 2, **experiment: Any) -> dict[str, Any]:
    """Return a config of one CPU-bound experiment with sync and threading, changed by ``experiment``."""
    cpu = {
        "workload": "sum_squares",
        "sizes": [4],
        "baseline": "sync",
        "contenders": {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [2]}},
        **experiment,
    }
    return {
        "campaign": "synthetic",
        "repetitions": repetitions,
        "best_of": best_of,
        "servers": {"near": {"sites": {"one": {"bytes": 10, "latency_s": 0.1}}}},
        "experiments": {"cpu": cpu},
    }


def campaign(repetitions: Repetitions = 3, best_of: int = 2, **experiment: Any) -> Campaign:
    """Return the campaign of such a config."""
    return campaign_of(config(repetitions, best_of, **experiment))


ON_TWO: Times = {
    "sync@default": [4.0] * 5,
    "sync@new": [8.0] * 5,
    "threading@default": [2.0] * 5,
    "threading@new": [1.0] * 5,
}


def on_two_interpreters(repetitions: Repetitions, **experiment: Any) -> Campaign:
    """Return a campaign on the interpreters ``default`` and ``new``; ``ON_TWO`` has times for it."""
    own = {**config(repetitions, **experiment), "interpreters": {"default": "python", "new": "python9.9"}}
    return campaign_of(own)


def measured(value: float | str, workers: int) -> Measured:
    """Return a run of ``value`` seconds, with a tenth each for set-up and teardown, or one with the status ``value``.

    ``absent`` is the status of an interpreter that is not installed.
    """
    if value == "absent":
        return Measured(status=Status.SKIPPED, reason="interpreter not found: python9.9")
    if isinstance(value, str):
        return Measured(status=Status(value), reason=f"it is {value}")
    return Measured(
        status=Status.OK,
        makespan_s=value,
        setup_s=value / 10,
        teardown_s=value / 10,
        workers=workers,
        items_ok=4,
        invocation="one",
        cpu_user_s=0.75,
        cpu_system_s=0.25,
        cpus_used=1 / value,
        voluntary_switches=30,
        involuntary_switches=10,
        peak_memory_bytes=20_000_000,
        peak_pss_bytes=30_000_000,
        machine_speed=1e7,
    )


def run_rows(synthetic: Campaign, times: Times) -> list[RunRow]:
    """Make rows of ``runs.csv``; ``times`` is by ``contender``, ``contender/workers`` or ``contender@interpreter``."""
    rows = []
    for run in plan(synthetic):
        asked = run.configuration.workers_asked
        names = (
            f"{run.configuration.contender}/{asked}",
            f"{run.configuration.contender}@{run.configuration.interpreter}",
            run.configuration.contender,
        )
        values = next(times[name] for name in names if name in times)
        workers = asked if isinstance(asked, int) else run.configuration.size
        rows.append(
            RunRow(
                **asdict(planned(synthetic, run, f"{run.configuration.name}/block-{run.block}")),
                **asdict(measured(values[run.block - 1], workers)),
            )
        )
    return rows


def runs_table(folder: Path, synthetic: Campaign, times: Times) -> pd.DataFrame:
    """Write and read ``runs.csv`` as the pipeline does."""
    path = folder / "runs.csv"
    write_table(path, RunRow, run_rows(synthetic, times))
    return read_table(path, RunRow)


def probes(folder: Path, parallelism: float = 1.5, cpus: int = 4) -> pd.DataFrame:
    """Write and read ``probes.csv`` with the same effective parallelism in each block."""
    figures = {"effective_parallelism": parallelism, "cpus": cpus}
    rows = [
        ProbeRow(probe="effective_parallelism", block=block, metric=metric, value=value, unit="cpus", status=Status.OK)
        for block in range(1, 31)
        for metric, value in figures.items()
    ]
    write_table(folder / "probes.csv", ProbeRow, rows)
    return read_table(folder / "probes.csv", ProbeRow)


def items(runs: pd.DataFrame) -> list[ItemRow]:
    """Return the items of representative runs, dealt out to the workers in turn."""
    found = []
    for _, run in representative(runs).iterrows():
        lanes, rounds = int(run["workers"]), ceil(run["size"] / run["workers"])
        item_s = 0.8 * run["makespan_s"] / rounds
        for item in range(run["size"]):
            start_s = run["setup_s"] + item // lanes * item_s
            found.append(ItemRow(run["configuration"], run["block"], item, item % lanes, start_s, start_s + item_s, item_s / 2))
    return found


def claim(number: str, verdict: str, **known: Any) -> ClaimRow:
    """Return a row of ``claims.csv``."""
    return ClaimRow(campaign="synthetic", claim=number, statement=f"claim {number}", test="ratio", blocks=5,
                    verdict=ClaimVerdict(verdict), reason="so it is", **known)  # fmt: skip


def synthetic(folder: Path, campaign: Campaign, times: Times, claims: Sequence[ClaimRow] = ()) -> CampaignData:
    """Write and read all tables of a campaign as the pipeline does."""
    runs, summary, comparisons = tables(folder, campaign, times)
    write_table(folder / "items.csv", ItemRow, items(runs))
    write_table(folder / "scaling.csv", ScalingRow, fit_all(campaign, runs, summary, comparisons))
    write_table(folder / "nodes.csv", NodeRow, compare_nodes(campaign, runs, read_table(folder / "probes.csv", ProbeRow), []))
    across = compare_interpreters(campaign, runs, summary)
    write_table(folder / "interpreters.csv", InterpreterRow, across)
    found = findings(campaign, runs, summary, [*rows_of(comparisons, ComparisonRow), *across])
    write_table(folder / "warnings.csv", WarningRow, [finding.row(campaign.name) for finding in found])
    rest = ["probes", "warnings", "items", "interpreters", "scaling", "nodes"]
    if claims:
        write_table(folder / "claims.csv", ClaimRow, claims)
        rest.append("claims")
    read = {name: read_table(folder / f"{name}.csv", TABLES[name]) for name in rest}
    return CampaignData(campaign, {"runs": runs, "summary": summary, "comparisons": comparisons, **read})


def tables(folder: Path, campaign: Campaign, times: Times) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Write and read runs, summary and comparisons as the pipeline does."""
    runs = runs_table(folder, campaign, times)
    write_table(folder / "summary.csv", SummaryRow, summarize(campaign, runs, probes(folder)))
    summary = read_table(folder / "summary.csv", SummaryRow)
    write_table(folder / "comparisons.csv", ComparisonRow, compare(campaign, runs, summary))
    return runs, summary, read_table(folder / "comparisons.csv", ComparisonRow)
