"""Test the config that is written for a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.pilots import FULL, PROFILES, UP_TO_EIGHT, facts, pilot

from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.own_config import config_of, expected_s, works_elsewhere
from concbench.campaign.own_plan import plan
from concbench.records.pilot import Pilot


def config(seen: Pilot, **other: Any) -> dict[str, Any]:
    known = facts(**other)
    return config_of(plan(seen, known, 2, 300), seen, known, "own-my_work", "my_work.py", "python", 300)


@pytest.mark.parametrize("seen", PROFILES.values(), ids=PROFILES)
def test_the_config_is_one_that_can_be_measured(seen: Pilot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "my_work.py"
    file.write_text("def items(size, seed): pass\ndef do(item): pass\n", encoding="utf-8")
    made = config(seen)
    made["experiments"]["my_work"]["options"]["file"] = str(file)
    campaign = campaign_of(made)
    assert (campaign.name, campaign.budget_s, campaign.interpreters) == ("own-my_work", 300, {"default": "python"})
    assert campaign.experiments["my_work"].baseline == "sync"


def test_the_config_says_what_is_left_out() -> None:
    assert config(FULL)["experiments"]["my_work"]["left_out"] == {"asyncio": "it has no do_async(item)"}


def test_programs_that_do_a_part_of_the_work_exclude_no_run() -> None:
    database = pilot(0.05, 0.02, threads=UP_TO_EIGHT, idle=0.01, busy=0.4)
    assert works_elsewhere(database)
    assert not works_elsewhere(pilot(idle=0.4, busy=0.4))
    assert config(database)["background_cpu_limit"] == 1
    assert "background_cpu_limit" not in config(FULL)


def test_every_configuration_has_an_expected_time() -> None:
    made = plan(FULL, facts(), 2, 600)
    expected = expected_s(made, FULL, "my_work")
    largest = made.sizes[-1]
    assert expected[f"my_work-sync-w1-n{largest}-default"] == pytest.approx(0.05 * largest)
    assert expected[f"my_work-control-w1-n{largest}-default"] == pytest.approx(0.05 * largest)
    assert expected[f"my_work-threads-w8-n{largest}-default"] == pytest.approx(0.05 * largest / 7.0, abs=0.01)
