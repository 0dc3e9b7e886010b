"""Estimate effects of blocks and nodes: how far their runs lie above their configurations' medians."""

from __future__ import annotations

import numpy as np
import pandas as pd

from concbench.measured.status import Status


def above_medians(runs: pd.DataFrame) -> pd.Series:
    """Return the logarithm of each run that counts, relative to its configuration's median."""
    ok = runs[runs["status"] == Status.OK]
    logs = pd.Series(np.log(ok["makespan_s"].to_numpy(dtype=float)), index=ok.index)
    return logs - logs.groupby(ok["configuration"]).transform("median")


def block_effects(runs: pd.DataFrame) -> pd.Series:
    """Return the median log-ratio of each block's runs to their configurations' medians, in order of start."""
    above, begun = above_medians(runs), runs.groupby("block")["started_at"].min().sort_values(kind="stable")
    effects = above.groupby(runs["block"].reindex(above.index)).median()
    return effects.reindex(begun.index).dropna()


def node_effects(runs: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the effects of each node's blocks, all relative to the same medians.

    A block to which configurations were added later may have runs on several nodes.
    """
    above = above_medians(runs)
    by_block = above.groupby([runs["node"].reindex(above.index), runs["block"].reindex(above.index)]).median()
    return {str(node): own.droplevel(0).sort_index() for node, own in by_block.groupby(level=0)}
