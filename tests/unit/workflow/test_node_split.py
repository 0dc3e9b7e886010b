"""Test which blocks are split by node, and under which names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support import factories

from concbench.campaign.plan import plan, spec
from concbench.measured.status import Status
from concbench.records.run_record import Measured, RunRecord
from concbench.workflow.node_split import LeftOut, name_apart, node_of_block

LONG = "latency-sweep-of-clients-2026"


def test_a_short_name_is_the_campaigns_and_the_nodes() -> None:
    assert name_apart("sweep", "n1") == "sweep-n1"


@pytest.mark.parametrize(
    "nodes", [("compute-node-0011", "compute-node-0012"), ("N1", "n1"), ("n.1", "n-1"), ("gpu-" * 12 + "1", "gpu-" * 12 + "2")]
)
@pytest.mark.parametrize("campaign", ["sweep", LONG, "c" * 40])
def test_no_two_nodes_share_a_name_nor_has_one_the_campaigns(campaign: str, nodes: tuple[str, str]) -> None:
    names = {name_apart(campaign, node) for node in nodes}
    assert len(names | {campaign}) == 3
    assert all(re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", name) for name in names)


def records(folder: Path, *nodes: str | None) -> list[Path]:
    """Write a record of a run for each node."""
    asked = spec(factories.campaign(), plan(factories.campaign())[0])
    paths = [folder / "runs" / f"{number}.json" for number in range(len(nodes))]
    for path, node in zip(paths, nodes):
        path.parent.mkdir(exist_ok=True)
        RunRecord(asked, Measured(Status.OK, invocation="s", node=node, makespan_s=1.0, workers=1)).write(path)
    return paths


def test_a_block_is_of_the_node_that_measured_all_of_it(tmp_path: Path) -> None:
    assert node_of_block(records(tmp_path, "one", "one")) == "one"


@pytest.mark.parametrize(
    ("nodes", "why"),
    [(("one", "two"), "several nodes measured it"), ((None, None), "or an unknown one"), (("one", None), "several")],
)
def test_a_block_of_several_nodes_or_none_is_left_out(tmp_path: Path, nodes: tuple[str | None, ...], why: str) -> None:
    with pytest.raises(LeftOut, match=why):
        node_of_block(records(tmp_path, *nodes))


def test_a_block_that_is_not_whole_is_left_out(tmp_path: Path) -> None:
    whole = records(tmp_path, "one")
    with pytest.raises(LeftOut, match="it is incomplete"):
        node_of_block([*whole, tmp_path / "runs" / "missing.json"])
