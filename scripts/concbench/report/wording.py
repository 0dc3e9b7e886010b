"""Write columns of confidence intervals, and how many verdicts chance alone explains."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from concbench.analysis.findings import false_calls
from concbench.campaign.campaign import CONTROL, Campaign
from concbench.records.rows import ComparedColumns
from concbench.records.tables import known
from concbench.stats.interval_words import interval
from concbench.stats.verdicts import LEAST_BLOCKS


def intervals(rows: pd.DataFrame, *columns: str) -> list[str]:
    """Write each row's estimate with its confidence interval, from the columns of estimate, ends and level."""
    return [interval(known(cells[0]), *cells[1:]) for cells in rows[list(columns)].itertuples(index=False)]


def headed(head: str, levels: pd.Series) -> str:
    """Add the confidence level of what stands in brackets to the head of a column: ``median (s) [97 % CI]``."""
    found = sorted({round(100 * level) for level in levels.dropna() if level > 0})
    if not found:
        return head
    return f"{head} [{found[0]} % CI]" if len(found) == 1 else f"{head} [{found[0]} to {found[-1]} % CI]"


def least_blocks(campaign: Campaign) -> int:
    """Return how many blocks a verdict takes; if the campaign has looks, those before the first one."""
    return campaign.looks.at_least if campaign.looks else LEAST_BLOCKS


def chance(comparisons: Sequence[ComparedColumns], campaign: Campaign) -> str:
    """Write how many verdicts may be mistaken."""
    paired = sum(1 for row in comparisons if row.verdict and row.paired and row.contender != CONTROL)
    counted = f"{paired} paired comparison{'' if paired == 1 else 's'}"
    if not false_calls(comparisons):
        return f"{counted}, none with enough blocks for a verdict ({least_blocks(campaign)} needed)."
    expected = f"chance alone would call at most {false_calls(comparisons):.2g} of them faster or slower, on average"
    return f"{counted}. If no two contenders differed, {expected}."
