"""Estimate the effects of nodes from the runs that they have in common."""

from __future__ import annotations

import numpy as np
import pytest
from support.makespans import MARGIN, runs_of

from concbench.analysis.effects import node_effects
from concbench.analysis.findings import (
    experiment_findings,
)
from concbench.analysis.warning_kinds import Kind


def test_runs_that_another_node_added_to_a_block_count_for_that_node() -> None:
    runs = runs_of({"a": [1.0, 1.0, 1.5, 1.5], "later": [1.5, 1.5, 1.0, 1.0]}, node=["A", "A", "B", "B", "B", "B", "A", "A"])
    effects = node_effects(runs)
    assert list(effects["B"] - effects["A"]) == pytest.approx([np.log(1.5)] * 4)
    assert {node: list(own.index) for node, own in effects.items()} == {"A": [1, 2, 3, 4], "B": [1, 2, 3, 4]}


def test_of_many_like_nodes_two_rarely_seem_to_differ() -> None:
    random, blocks = np.random.default_rng(1), 8 * 9
    nodes = [f"n{block % 8}" for block in range(blocks)]
    told = 0
    for _ in range(60):
        runs = runs_of({"a": list(np.exp(random.normal(0, 0.08, blocks)))}, node=nodes, started_at="")
        told += any(found.kind is Kind.NODES_DIFFER for found in experiment_findings("cpu", runs, MARGIN))
    assert told <= 6
