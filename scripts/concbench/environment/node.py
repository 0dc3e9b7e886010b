"""The node that a process is on, and what part of a campaign has been handed out to it, as the environment says."""

from __future__ import annotations

import os
import platform

from concbench.common.variables import BLOCK_VARIABLE, HAND_OUT_VARIABLE


def node_name() -> str:
    """As the cluster calls it, else the machine's own name."""
    return os.environ.get("SLURMD_NODENAME") or platform.node()


def hands_out() -> bool:
    """Whether this pipeline hands its blocks out instead of measuring them."""
    return HAND_OUT_VARIABLE in os.environ


def own_block() -> int | None:
    """The one block that this pipeline, on a node, has to measure; None if it has them all."""
    block = os.environ.get(BLOCK_VARIABLE)
    return int(block) if block else None
