"""Parse HTML in pure Python: count how often each tag occurs in a page, and the characters of its text.

The parser is Python code, which holds the GIL, so expect threads to gain nothing. Processes use all CPUs.
"""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from random import Random

TAGS = ("p", "li", "td", "em", "h2")


class Reader(HTMLParser):
    """Count tags and characters of text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.letters = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1

    def handle_data(self, data: str) -> None:
        self.letters += len(data)


def items(size: int, seed: int) -> list[str]:
    """Make ``size`` pages of 2000 elements each, at random from the seed."""
    random = Random(seed)
    return [
        "".join(f"<{tag} class='c'>{tag} &amp; text</{tag}>\n" for tag in random.choices(TAGS, k=2000)) for _ in range(size)
    ]


def do(page: str) -> tuple[dict[str, int], int]:
    """Return the count of each tag in a page, and the number of characters of text."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    return dict(reader.tags), reader.letters
