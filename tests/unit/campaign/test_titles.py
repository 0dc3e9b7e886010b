"""Test the titles of configurations and interpreters."""

from __future__ import annotations

from typing import Any

import pytest
from support import factories

from concbench.campaign.campaign import CONTROL
from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.plan import configurations
from concbench.campaign.titles import condition_title, configuration_title, contender_title, interpreter_title


def titles(**experiment: Any) -> list[str]:
    campaign = factories.campaign(title="4 sums", **experiment)
    return [configuration_title(campaign, one, 2) for one in configurations(campaign)]


def test_a_configuration_is_named_by_work_contender_and_workers() -> None:
    assert titles() == ["4 sums: sync", "4 sums: threading, 2 workers"]


def test_size_and_server_follow_where_there_are_several() -> None:
    assert titles(sizes=[1, 4])[:2] == ["4 sums: sync, 1 item", "4 sums: sync, 4 items"]
    campaign = factories.config(workload="download", servers=["near", "far"])
    campaign["servers"]["far"] = {"extends": "near"}
    made = campaign_of(campaign)
    assert configuration_title(made, configurations(made)[1], 1) == "cpu: sync, server far"


def test_a_condition_is_named_by_work_size_server_and_interpreter() -> None:
    config = {**factories.config(sizes=[1, 4]), "interpreters": {"default": "python", "new": "python9.9"}}
    made = campaign_of(config)
    assert [condition_title(made, one) for one in configurations(made)][:4] == [
        "cpu, 1 item, default", "cpu, 4 items, default", "cpu, 1 item, new", "cpu, 4 items, new",
    ]  # fmt: skip
    alone = factories.campaign(title="4 sums")
    assert {condition_title(alone, one) for one in configurations(alone)} == {"4 sums"}


def test_the_interpreter_follows_where_there_are_several() -> None:
    made = factories.on_two_interpreters(2)
    assert [configuration_title(made, one, 1) for one in configurations(made)][:2] == ["cpu: sync, default", "cpu: sync, new"]


def test_the_control_is_named_by_the_contender_that_it_measures_again() -> None:
    experiment = factories.campaign(control="threading").experiments["cpu"]
    assert contender_title(experiment, CONTROL, 1) == "A/A control (threading again), 1 worker"


@pytest.mark.parametrize(
    ("known", "title"),
    [(("cpython", "3.11.7"), "CPython 3.11.7"), (("unheard", "1.0"), "unheard 1.0"), ((), "default")],
)
def test_an_interpreter_without_a_title_is_named_by_implementation_and_version(known: tuple[str, ...], title: str) -> None:
    assert interpreter_title(factories.campaign(), "default", *known) == title


def test_the_title_of_the_config_comes_first() -> None:
    campaign = campaign_of({**factories.config(), "interpreters": {"new": {"command": "python", "title": "New"}}})
    assert interpreter_title(campaign, "new", "cpython", "3.11.7") == "New"
