"""Estimate ratios of elapsed times, paired within block and invocation if the runs allow it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import count

import numpy as np
import pandas as pd

from concbench.measured.status import Status
from concbench.stats.intervals import Interval, shift_interval
from concbench.stats.looks import Looks
from concbench.stats.sequential import SIGNED_RANKS, campaign_interval
from concbench.stats.verdicts import relative


@dataclass(frozen=True)
class Ratio:
    """Describe a ratio of two configurations' elapsed times, and what it is based on."""

    interval: Interval | None  # of the ratio, not its logarithm
    paired: bool
    blocks: int  # number of blocks used
    apart: int  # number of blocks that have both, but from different invocations
    spread: float | None  # relative standard deviation of the ratio of single runs


def log_makespans(runs: pd.DataFrame) -> dict[str, pd.Series]:
    """Return for each configuration the logarithms of the elapsed times that count, by block and invocation."""
    ok = runs[runs["status"] == Status.OK]
    values = pd.Series(np.log(ok["makespan_s"].to_numpy()), index=pd.MultiIndex.from_frame(ok[["block", "invocation"]]))
    return {str(configuration): values.iloc[places] for configuration, places in ok.groupby("configuration").indices.items()}


def measured_blocks(runs: pd.DataFrame) -> dict[str, int]:
    """Return for each configuration how many blocks have been measured without a gap from the first on, with any status."""
    done = runs[runs["status"] != Status.MISSING]
    return {str(configuration): without_gap(set(own)) for configuration, own in done.groupby("configuration")["block"]}


def without_gap(blocks: Collection[int]) -> int:
    """Return the largest number up to which all from 1 on are among the blocks."""
    return next(block for block in count(1) if block not in blocks) - 1


def ratio(one: pd.Series, other: pd.Series, looks: Looks | None = None, measured: int = 0) -> Ratio:
    """Estimate ``one`` ÷ ``other`` from their logarithms.

    Pair runs within block and invocation if most blocks allow it; otherwise use all runs of the two, unpaired. If the
    campaign has several looks, use the blocks of the last one; ``measured`` is the number of blocks that both have.
    """
    at_look = looks.last(measured) if looks else 0
    if at_look:
        one, other = (runs[runs.index.get_level_values("block") <= at_look] for runs in (one, other))
    differences = (one - other).dropna()
    both = len(one.index.get_level_values("block").intersection(other.index.get_level_values("block")))
    paired = 2 * len(differences) > both
    if paired:
        by_block = differences.droplevel("invocation").reindex(range(1, at_look + 1)) if at_look else differences
        found = campaign_interval(list(by_block), SIGNED_RANKS, looks, at_look)
    else:
        found = shift_interval(list(one), list(other))
        found = Interval.without_ends(found.estimate) if looks and found else found  # no interval that holds at all looks
    deviation = differences.std() if paired else np.hypot(one.std(), other.std())
    return Ratio(
        interval=found.exp() if found else None,
        paired=paired,
        blocks=len(differences) if paired else min(len(one), len(other)),
        apart=both - len(differences),
        spread=None if pd.isna(deviation) else relative(deviation),
    )
