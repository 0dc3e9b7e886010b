"""A point's folder of records is named for all that its timing rests on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import factories
import pytest

import record_paths
from campaign import Campaign
from plan import plan, points
from record_paths import record_path


def paths(campaign: Campaign) -> dict[str, str]:
    return {run.point.contender: record_path(campaign, run) for run in plan(campaign) if run.block == 1}


def edited(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """As if a line had been added to a module."""

    def source(name: str) -> bytes:
        return (record_paths.SCRIPTS / f"{name}.py").read_bytes() + (b"# edited\n" if name == module else b"")

    monkeypatch.setattr(record_paths, "source", source)


def test_the_blocks_of_a_point_share_a_folder() -> None:
    campaign = factories.campaign(repetitions=3)
    first = points(campaign)[0]
    folders = {Path(record_path(campaign, run)).parent for run in plan(campaign) if run.point == first}
    assert len(folders) == 1


@pytest.mark.parametrize(
    ("module", "touched"),
    [
        ("models/threading", {"threading"}),
        ("workloads/sum_squares", {"sync", "threading"}),
        ("timing", {"sync", "threading"}),
        ("origin", set()),
        ("figures/headline", set()),
    ],
)
def test_an_edit_moves_the_runs_that_rest_on_it_and_no_others(
    monkeypatch: pytest.MonkeyPatch, module: str, touched: set[str]
) -> None:
    campaign = factories.campaign()
    before = paths(campaign)
    edited(monkeypatch, module)
    after = paths(campaign)
    assert {contender for contender in before if before[contender] != after[contender]} == touched


def test_downloads_rest_on_client_and_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = factories.campaign(workload="download", origins=["near"])
    before = paths(campaign)
    edited(monkeypatch, "clients/requests")
    with_client = paths(campaign)
    assert before["sync"] != with_client["sync"]
    edited(monkeypatch, "origin")
    assert before["sync"] != paths(campaign)["sync"]


def test_repetitions_and_the_time_limit_move_nothing() -> None:
    campaign = factories.campaign()
    assert paths(campaign) == paths(replace(campaign, blocks=(1, 2, 3, 4), timeout_s=1, best_of=1))


def test_all_named_sources_exist() -> None:
    campaign = factories.campaign(workload="download", origins=["near"])
    for run in plan(campaign):
        assert all(record_paths.source(name) for name in record_paths.sources(campaign, run))
