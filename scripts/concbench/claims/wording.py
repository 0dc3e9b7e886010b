"""Words for claims and their verdicts."""

from __future__ import annotations

from concbench.claims.criteria import CONTRADICTED, INCONCLUSIVE, REPRODUCED
from concbench.common.formatting import three_digits, with_interval
from concbench.records.rows import ClaimRow

SIGNS = {REPRODUCED: "✓ reproduced", CONTRADICTED: "✗ contradicted", INCONCLUSIVE: "? inconclusive"}


def ours(row: ClaimRow) -> str:
    if row.measured is None:
        return "–"
    if row.low is None or row.high is None:
        return three_digits(row.measured)
    return with_interval(row.measured, row.low, row.high)


def counts(rows: list[ClaimRow]) -> str:
    """``43 claims in 60 parts: 20 reproduced, …``"""
    numbers = {row.claim.rstrip("abcdefghijklmnopqrstuvwxyz") for row in rows}
    said = ", ".join(f"{sum(row.verdict == verdict for row in rows)} {verdict}" for verdict in SIGNS)
    return f"{len(numbers)} claims, in {len(rows)} parts: {said}."
