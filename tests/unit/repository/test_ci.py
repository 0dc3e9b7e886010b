"""Test that CI on GitHub and .ci/run use the same make targets, and the Pythons that the environment allows."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from concbench.common.paths import ROOT
from dev.conda_environment import PYTHONS

RUN = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
MAKE = re.compile(r"^\s*make (?:--[a-z0-9=-]+ )*([a-z -]+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    found: dict[str, Any] = workflow["jobs"]
    return found


def targets(script: str) -> list[str]:
    return [target for targets in MAKE.findall(script) for target in targets.split()]


def test_both_call_the_same_targets(jobs: dict[str, Any]) -> None:
    called = [target for job in jobs.values() for step in job["steps"] for target in targets(step.get("run", ""))]
    assert called
    assert sorted(called) == sorted(targets(RUN))
    assert all(re.search(rf"^{target}:.*##", MAKEFILE, re.MULTILINE) for target in called)


def test_both_install_the_same_programs_but_those_that_github_has(jobs: dict[str, Any]) -> None:
    named = re.search(r"^for program in (.*); do$", RUN, re.MULTILINE)
    assert named
    packages = {program.rpartition(":")[2] for program in named[1].split()}
    scripts = [step.get("run", "").partition("--no-install-recommends ")[2] for job in jobs.values() for step in job["steps"]]
    installed = {package for script in scripts for package in script.split()}
    assert installed == packages - {"chromium", "curl"}


def test_the_oldest_and_the_newest_python_are_tested(jobs: dict[str, Any]) -> None:
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    allowed = [f"3.{minor}" for minor in range(100) if f"3.{minor}" in SpecifierSet(needed) & SpecifierSet(PYTHONS)]
    assert jobs["test"]["strategy"]["matrix"]["python"] == [allowed[0], allowed[-1]]
