"""Estimate ratios of elapsed times, paired within block and invocation if the runs allow it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from concbench.measured.status import Status
from concbench.stats.intervals import Interval, shift_interval, signed_rank_interval
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


def ratio(one: pd.Series, other: pd.Series) -> Ratio:
    """Estimate ``one`` ÷ ``other`` from their logarithms.

    Pair runs within block and invocation if most blocks allow it; otherwise use all runs of the two, unpaired.
    """
    differences = (one - other).dropna()
    both = len(one.index.get_level_values("block").intersection(other.index.get_level_values("block")))
    paired = 2 * len(differences) > both
    found = signed_rank_interval(list(differences)) if paired else shift_interval(list(one), list(other))
    deviation = differences.std() if paired else np.hypot(one.std(), other.std())
    return Ratio(
        interval=found.exp() if found else None,
        paired=paired,
        blocks=len(differences) if paired else min(len(one), len(other)),
        apart=both - len(differences),
        spread=None if pd.isna(deviation) else relative(deviation),
    )
