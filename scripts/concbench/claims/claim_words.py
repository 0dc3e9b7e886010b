"""Write claims' figures and count their verdicts."""

from __future__ import annotations

from concbench.claims.claim import numbered
from concbench.common.formatting import three_digits, with_interval
from concbench.records.rows import ClaimRow
from concbench.stats.verdicts import LEAST_LEVEL, ClaimVerdict

SIGNS = {
    ClaimVerdict.REPRODUCED: "✓ reproduced",
    ClaimVerdict.CONTRADICTED: "✗ contradicted",
    ClaimVerdict.INCONCLUSIVE: "? inconclusive",
}


def ours(row: ClaimRow) -> str:
    if row.measured is None:
        return "–"
    if row.low is None or row.high is None:
        return three_digits(row.measured)
    return with_interval(row.measured, row.low, row.high)


def counts(rows: list[ClaimRow]) -> str:
    """Count claims and verdicts: ``43 claims in 60 parts: 20 reproduced, …``."""
    numbers = {numbered(row.claim) for row in rows}
    said = ", ".join(f"{sum(row.verdict == verdict for row in rows)} {verdict}" for verdict in SIGNS)
    claims = "1 claim" if len(numbers) == 1 else f"{len(numbers)} claims"
    parts = "1 part" if len(rows) == 1 else f"{len(rows)} parts"
    return f"{claims} in {parts}: {said}."


def wrong_verdicts(rows: list[ClaimRow]) -> float:
    """Return how many verdicts chance alone makes wrong, on average and at most: if each truth were at its claim's limit.

    An interval then lies wholly on the wrong side in at most half of the cases that its level leaves. A value that is the same
    in every block has no such chance.
    """
    levels = [row.level for row in rows if row.level is not None and row.low != row.high]
    return sum((1 - level) / 2 for level in levels if level >= LEAST_LEVEL)
