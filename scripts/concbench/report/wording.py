"""Words for tables of intervals and for chance."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from concbench.analysis.findings import LEAST_BLOCKS, false_calls
from concbench.campaign.campaign import CONTROL
from concbench.records.rows import ComparedColumns
from concbench.records.tables import known
from concbench.stats.interval_words import interval


def intervals(rows: pd.DataFrame, *columns: str) -> list[str]:
    """Write an interval for each row, from the columns of estimate, ends and level."""
    return [interval(known(cells[0]), *cells[1:]) for cells in rows[list(columns)].itertuples(index=False)]


def chance(comparisons: Sequence[ComparedColumns]) -> str:
    """Say how many verdicts may be mistaken."""
    paired = sum(1 for row in comparisons if row.verdict and row.paired and row.contender != CONTROL)
    if not false_calls(comparisons):
        return (
            f"{paired} paired comparisons, none of which rests on blocks enough to be called anything: {LEAST_BLOCKS} would do."
        )
    expected = f"{false_calls(comparisons):.2g} of them would be expected to be called faster or slower by chance"
    return f"{paired} paired comparisons: were no two contenders different, {expected}."
