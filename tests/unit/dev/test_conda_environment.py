"""Test that environment.yml and the lock file agree."""

from __future__ import annotations

import re

import yaml

from concbench.common.paths import ROOT
from dev.conda_environment import environment

REQUIREMENTS = ROOT / "requirements"
LOCK = (REQUIREMENTS / "base.txt").read_text(encoding="utf-8")


def pins() -> list[str]:
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    listed: list[str] = conda["dependencies"][-1]["pip"]
    return listed


def test_conda_users_get_the_pins_of_the_lock() -> None:
    assert (ROOT / "environment.yml").read_text(encoding="utf-8") == environment(LOCK)
    locked = re.findall(r"^([\w.-]+==\S+)", LOCK, re.MULTILINE)
    assert len(locked) > 50
    assert [pin.split(" ")[0] for pin in pins()] == locked
