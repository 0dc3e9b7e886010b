"""HTML parsed in pure Python: how often each tag occurs in a page, and how many letters of text there are."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from random import Random

TAGS = ("p", "li", "td", "em", "h2")


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.letters = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1

    def handle_data(self, data: str) -> None:
        self.letters += len(data)


def items(size: int, seed: int) -> list[str]:
    """Pages of 2000 elements, drawn from the seed."""
    random = Random(seed)
    return [
        "".join(f"<{tag} class='c'>{tag} &amp; text</{tag}>\n" for tag in random.choices(TAGS, k=2000)) for _ in range(size)
    ]


def do(page: str) -> tuple[dict[str, int], int]:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return dict(reader.tags), reader.letters


async def do_async(page: str) -> tuple[dict[str, int], int]:
    return do(page)
