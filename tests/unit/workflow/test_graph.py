"""Test the files of a campaign whose blocks go to nodes."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import factories
from support.drawn import SWEEP
from support.handed_out import FOLDER, graph_of, write_record

from concbench.workflow.invocation import Invocation

pytestmark = pytest.mark.usefixtures("elsewhere")


def test_tables_wait_for_the_blocks() -> None:
    asked = graph_of(factories.campaign(3)).sources_of_table("runs")
    assert [Path(path).name.partition("-")[0] for path in asked] == ["1", "2", "3"]
    assert {Path(path).suffix for path in asked} == {".measured"}


def test_a_record_left_incomplete_by_a_power_failure_is_kept_and_measured_again() -> None:
    campaign = factories.campaign(3)
    write_record(campaign)
    (path, run), *_ = graph_of(campaign).runs.items()
    record = FOLDER / f"runs/{path}.json"
    record.write_bytes(record.read_bytes()[:-9])
    again = graph_of(campaign)
    assert next(iter(again.runs)) == f"{path}.2"
    assert again.blocks[run.block] != graph_of(factories.campaign(3)).marker(run.block)
    assert list(Invocation(again).incomplete()) == [record]
    (FOLDER / f"runs/{path}.2.json").write_text("{}\n")
    assert next(iter(graph_of(campaign).runs)) == f"{path}.2"


def test_only_sweeps_have_figures_of_sweeps() -> None:
    of_sweeps = {"workers-cpu.png", "scaling-cpu.png"}
    one, several = ({Path(path).name for path in graph_of(campaign).figures} for campaign in (
        factories.campaign(3), factories.campaign(3, contenders=SWEEP)))  # fmt: skip
    assert not one & of_sweeps
    assert several - one == of_sweeps | {"workers-cpu.svg", "scaling-cpu.svg"}
