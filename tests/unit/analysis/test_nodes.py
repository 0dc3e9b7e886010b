"""Compare the nodes of a cluster, on synthetic runs with known times."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support import factories

from concbench.analysis.dataset import CampaignData
from concbench.analysis.nodes import compare_nodes
from concbench.analysis.summary import node_effect, summarize
from concbench.environment.surroundings import Environment
from concbench.report.conclusion import on_nodes

BLOCKS = 6
TWO = Environment("s", "two", "a CPU", 2, 2**30, "6.1", None, 0.1, 1024, None, {})


def on(runs: pd.DataFrame, slow: float) -> pd.DataFrame:
    """The first three blocks on one node, the others on another that takes ``slow`` times as long."""
    late = runs["block"] > BLOCKS / 2
    return runs.assign(
        node=late.map({False: "one", True: "two"}).astype("string"),
        makespan_s=runs["makespan_s"] * late.map({False: 1.0, True: slow}),
    )


@pytest.fixture
def runs(tmp_path: Path) -> pd.DataFrame:
    times: factories.Times = {"sync": [4.0] * BLOCKS, "threading": [2.0] * 5 + ["failed"]}
    return on(factories.runs_table(tmp_path, factories.campaign(BLOCKS), times), slow=1.5)


def test_each_node_has_a_row_with_its_blocks_and_its_effect(tmp_path: Path, runs: pd.DataFrame) -> None:
    probes = factories.probes(tmp_path).assign(node="two")
    one, two = compare_nodes(factories.campaign(BLOCKS), runs, probes, [TWO])
    assert (one.node, one.blocks, one.runs, one.ok, one.cpu_model, one.effective_parallelism) == ("one", 3, 6, 6, None, None)
    assert (two.node, two.blocks, two.runs, two.ok, two.cpu_model, two.effective_parallelism) == (
        "two",
        3,
        6,
        5,
        "a CPU",
        1.5,
    )
    assert one.effect is not None
    assert two.effect is not None
    assert two.effect / one.effect == pytest.approx(1.5, rel=0.15)  # relative to the medians over both
    assert (two.effect_level or 0) < 0.8  # three blocks don't tell much


def test_absolute_times_come_with_the_node_effect(tmp_path: Path, runs: pd.DataFrame) -> None:
    sync, threading = summarize(factories.campaign(BLOCKS), runs, factories.probes(tmp_path))
    assert (sync.nodes, threading.nodes) == (2, 2)
    assert (sync.node_effect, threading.node_effect) == pytest.approx((1.5, 1.5))


def test_like_nodes_have_no_effect_however_many_they_are() -> None:
    random, nodes = np.random.default_rng(1), [f"n{block % 16}" for block in range(80)]
    effects = [node_effect(pd.DataFrame({"node": nodes, "makespan_s": np.exp(random.normal(0, 0.05, 80))})) for _ in range(50)]
    assert np.mean(effects) < 1.02  # type: ignore[arg-type]
    unlike = np.exp(random.normal(0, 0.05, 80)) * np.repeat([1.0, 1.2], 40)
    assert node_effect(pd.DataFrame({"node": np.repeat(["a", "b"], 40), "makespan_s": unlike})) == pytest.approx(1.2, abs=0.03)


def test_a_block_on_each_node_gives_no_effect() -> None:
    assert node_effect(pd.DataFrame({"node": ["a", "b"], "makespan_s": [1.0, 1.2]})) is None


def test_a_single_machine_has_no_effect(tmp_path: Path, runs: pd.DataFrame) -> None:
    alone = runs[runs["node"] == "one"]
    sync, _ = summarize(factories.campaign(BLOCKS), alone, factories.probes(tmp_path))
    assert (sync.nodes, sync.node_effect) == (1, None)


def test_the_conclusion_names_the_nodes_differences(tmp_path: Path, runs: pd.DataFrame) -> None:
    data = factories.synthetic(tmp_path, factories.campaign(BLOCKS), {"sync": [4.0] * BLOCKS, "threading": [2.0] * BLOCKS})
    assert on_nodes(data) == []
    summary = data.tables["summary"].assign(node_effect=[1.5, 1.2])
    on_two = CampaignData(data.campaign, {**data.tables, "runs": runs, "summary": summary})
    (said,) = on_nodes(on_two)
    assert "on 2 nodes" in said
    assert "by 35 % (median) and by 50 % at most" in said.replace("\n", " ")
