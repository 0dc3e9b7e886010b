"""Tell which node a process is on, and which part of a campaign it has to measure, from environment variables."""

from __future__ import annotations

import os

from concbench.common.variables import BLOCK_VARIABLE, HAND_OUT_VARIABLE


def node_name() -> str:
    """Return the node's name in the cluster, or the machine's name."""
    return os.environ.get("SLURMD_NODENAME") or os.uname().nodename


def hands_out() -> bool:
    """Check whether this pipeline hands its blocks out to nodes instead of measuring them."""
    return HAND_OUT_VARIABLE in os.environ


def own_block() -> int | None:
    """Return the only block that this pipeline has to measure, on a node; None if it has all blocks."""
    block = os.environ.get(BLOCK_VARIABLE)
    return int(block) if block else None
