"""The README and the tutorials are short: few words, and short sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from concbench.common.paths import ROOT
from dev.check_prose import mean_length, words
from dev.doc_text import prose

MOST_WORDS = 700
LONGEST_MEAN = 16
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "tutorials").glob("*.md"))]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_sentences_are_short(path: Path) -> None:
    assert mean_length(path.read_text(encoding="utf-8")) <= LONGEST_MEAN


def test_the_readme_is_short() -> None:
    assert len(words(prose((ROOT / "README.md").read_text(encoding="utf-8")))) <= MOST_WORDS


def test_there_are_tutorials() -> None:
    assert len(PAGES) > 2
