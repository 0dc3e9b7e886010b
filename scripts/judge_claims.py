"""Test the claims against the campaign's results: write claims.csv, a row for each claim and interpreter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from concbench.claims.claims_reader import read_claims
from concbench.claims.judge import judge
from concbench.cli import Inputs, make_table
from concbench.measured.machine import cpus
from concbench.records.rows import ClaimRow


def rows(given: Inputs) -> Iterator[ClaimRow]:
    if given.campaign.claims is None:
        raise SystemExit(f"{given.folder / 'config.json'}: claims is missing. Expected the path of a file of claims.")
    claims = read_claims(Path(given.campaign.claims), given.campaign, cpus())
    return judge(given.campaign, claims, *given.tables)


if __name__ == "__main__":
    make_table(__doc__, ClaimRow, rows, tables=["runs", "probes"])
