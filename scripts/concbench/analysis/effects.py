"""Effects of blocks and nodes: how far their runs lie above the medians of their configurations."""

from __future__ import annotations

import numpy as np
import pandas as pd


def above_medians(runs: pd.DataFrame) -> pd.Series:
    """By how much each run that counts lies above its point's median: logarithms."""
    ok = runs[runs["status"] == "ok"]
    logs = pd.Series(np.log(ok["makespan_s"].to_numpy(dtype=float)), index=ok.index)
    return logs - logs.groupby(ok["point"]).transform("median")


def block_effects(runs: pd.DataFrame) -> pd.Series:
    """By how much the runs of each block lie above their points' medians: median logarithms, by block, as they were begun."""
    above, begun = above_medians(runs), runs.groupby("block")["started_at"].min().sort_values(kind="stable")
    effects = above.groupby(runs["block"].reindex(above.index)).median()
    return effects.reindex(begun.index).dropna()


def node_effects(runs: pd.DataFrame) -> dict[str, pd.Series]:
    """The effects of each node's blocks, all above the same medians; a block to which points were added may be of several."""
    above = above_medians(runs)
    by_block = above.groupby([runs["node"].reindex(above.index), runs["block"].reindex(above.index)]).median()
    return {str(node): own.droplevel(0).sort_index() for node, own in by_block.groupby(level=0)}
