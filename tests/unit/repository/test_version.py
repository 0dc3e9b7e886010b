"""Test that the version in pyproject.toml is repeated correctly elsewhere."""

from __future__ import annotations

import re
import tomllib

import yaml
from packaging.version import Version

from concbench.common.paths import ROOT
from concbench.common.version import concbench_version

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def test_the_citation_has_the_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == VERSION


def test_the_changelogs_newest_entry_is_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    numbered = re.findall(r"^## \[(\d\S*)\] - \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    assert numbered[0] == VERSION
    assert sorted(set(numbered), key=Version, reverse=True) == numbered


def test_the_runner_knows_the_version() -> None:
    assert concbench_version() == VERSION
