"""environment.yml and the lock file, which must not drift apart."""

from __future__ import annotations

import re

import yaml

from concbench.common.paths import ROOT
from dev.conda_environment import environment

LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
FIXED_BY_THE_USER = {"snakemake", "pandas", "seaborn", "requests", "aiohttp", "pyyaml"}


def pins() -> list[str]:
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    listed: list[str] = conda["dependencies"][-1]["pip"]
    return listed


def test_conda_users_get_the_pins_of_the_lock() -> None:
    assert (ROOT / "environment.yml").read_text(encoding="utf-8") == environment(LOCK)
    locked = re.findall(r"^([\w.-]+==\S+)", LOCK, re.MULTILINE)
    assert len(locked) > 50
    assert [pin.split(" ")[0] for pin in pins()] == locked


def test_every_package_that_the_project_names_is_locked() -> None:
    lines = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    named = {line.strip() for line in lines if not line.startswith("#")}
    locked = {pin.split("==")[0] for pin in pins()}
    assert {name.lower() for name in named} | FIXED_BY_THE_USER <= locked


def test_the_lock_has_hashes_and_no_addresses() -> None:
    assert "://" not in LOCK
    assert all(f"{pin.split(' ')[0]}" in LOCK for pin in pins())
    assert LOCK.count("--hash=sha256:") >= len(pins())
