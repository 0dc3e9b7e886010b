"""Claims of a synthetic campaign, and their verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from concbench.campaign.campaign import Campaign
from concbench.claims.claim import Claim
from concbench.claims.claims_reader import read_claims
from concbench.claims.judge import judge
from concbench.measured.status import Status
from concbench.records.rows import ClaimRow, ProbeRow
from concbench.records.tables import read_table, write_table
from support import factories

SYNC = {"experiment": "cpu", "contender": "sync"}

THREADS = {"experiment": "cpu", "contender": "threading"}

RATIO = {"claim": "3", "statement": "It is so.", "test": "ratio", "of": SYNC, "to": THREADS, "band": [1.5, 2.5]}

QUIET: factories.Times = {"sync": [4.0, 4.01, 4.02, 4.01, 4.0], "threading": [2.0, 2.01, 2.0, 2.02, 2.0]}


def claims_of(folder: Path, campaign: Campaign, *claims: dict[str, Any]) -> list[Claim]:
    path = folder / "claims.yaml"
    path.write_text(yaml.safe_dump({"claims": list(claims)}))
    return read_claims(path, campaign, cpus=2)


def probes(folder: Path, **metrics: list[float | None]) -> Any:
    rows = [
        ProbeRow(
            probe="start_cost",
            interpreter="default",
            block=block,
            metric=metric,
            value=value,
            unit="s",
            status=Status.OK if value is not None else Status.FAILED,
            reason=None if value is not None else "no thread",
        )
        for metric, values in metrics.items()
        for block, value in enumerate(values, start=1)
    ]
    write_table(folder / "probes.csv", ProbeRow, rows)
    return read_table(folder / "probes.csv", ProbeRow)


def verdicts(
    folder: Path, campaign: Campaign, times: factories.Times, *claims: dict[str, Any], **metrics: list[float | None]
) -> list[ClaimRow]:
    runs = factories.runs_table(folder, campaign, times)
    runs["python_version"] = "3.11.2"
    return list(judge(campaign, claims_of(folder, campaign, *claims), runs, probes(folder, **metrics)))


CONFIG: dict[str, Any] = {
    "campaign": "synthetic",
    "experiments": {
        "cpu": {
            "workload": "sum_squares",
            "sizes": [4],
            "baseline": "sync",
            "contenders": {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [2]}},
        }
    },
}
