"""Write claims.md: every claim with the article's value, the measured value and the verdict."""

from __future__ import annotations

from concbench.cli import Inputs, make_text
from concbench.records.rows import ClaimRow
from concbench.records.tables import rows_of
from concbench.report.claims_page import page


def text(given: Inputs) -> str:
    claims, comparisons = given.tables
    return page(given.campaign, rows_of(claims, ClaimRow), comparisons)


if __name__ == "__main__":
    make_text(__doc__, text, tables=["claims", "comparisons"])
