"""Read the Markdown documents: which there are, and their prose without code, comments, addresses and generated blocks."""

from __future__ import annotations

import re
from pathlib import Path

from concbench.common.paths import ROOT

DATA = ROOT / "docs" / "results" / "data"
SECTION = re.compile(r"(<!-- begin (?P<name>[^>\n]+?) -->\n).*?(<!-- end -->)", re.DOTALL)
FENCE = re.compile(r"^(?P<mark>[ \t]*(?:`{3,}|~{3,})).*?^(?P=mark)[ \t]*$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n\n).)+?(?<!`)(?P=ticks)(?!`)", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
ADDRESS = re.compile(r"(?<=\])\([^)\s]*\)|<https?://[^>\s]+>|https?://\S+|^\[[^\]]+\]: .*$", re.MULTILINE)
TAG = re.compile(r"</?[A-Za-z][^>\n]*>")


def documents() -> list[Path]:
    """Return every Markdown file that people read, the README first."""
    top = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "config/README.md", "results/README.md")]
    return [*top, *sorted((ROOT / "docs").rglob("*.md"))]


def blanked(text: str, *patterns: re.Pattern[str]) -> str:
    """Replace each match by spaces, so that lines and columns stay what they are."""
    for pattern in patterns:
        text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    return text


def prose(text: str) -> str:
    """Return a document's prose, with everything at its place: blocks of code, comments, tags and addresses are spaces.

    A piece of code within a sentence is a word of the letter x.
    """
    text = CODE.sub(lambda match: re.sub(r"\S", "x", match[0]), blanked(text, FENCE, COMMENT))
    return blanked(text, ADDRESS, TAG)


def shown(path: Path) -> str:
    """Name a file as messages do."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def line_of(text: str, place: int) -> int:
    """Return the number of the line that a place is on, counted from 1."""
    return text.count("\n", 0, place) + 1
