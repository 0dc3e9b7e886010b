"""Test that the version is repeated correctly outside the package."""

from __future__ import annotations

import re

import yaml
from packaging.version import Version

from concbench import __version__
from concbench.common.paths import ROOT


def test_the_citation_has_the_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == __version__


def test_the_changelogs_newest_entry_is_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    numbered = re.findall(r"^## \[(\d\S*)\] - \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    assert numbered[0] == __version__
    assert sorted(set(numbered), key=Version, reverse=True) == numbered
