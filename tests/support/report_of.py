"""The report of a synthetic campaign, as its words."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from concbench.campaign.campaign import Campaign
from concbench.records.rows import ClaimRow
from concbench.report.charts import Chart, charts
from concbench.report.page import html, page_of
from support import factories

TIMES: factories.Times = {"sync": [4.0, 4.1, 4.0, 4.2, 4.0], "threading": [2.0, 2.1, 2.0, 2.0, 2.1]}


class Words(HTMLParser):
    """The page's text, and the attributes of each of its elements by tag."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.elements, self.inside = "", {}, ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        self.elements.setdefault(tag, []).append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        self.text += " " * (tag in ("td", "th", "p", "li", "h2"))

    def handle_data(self, data: str) -> None:
        if self.inside not in ("script", "style"):
            self.text += data

    elements: dict[str, list[dict[str, str | None]]]


def drawn(figures: Path) -> list[Chart]:
    return list(charts(sorted(figures.glob("*.svg")), figures.parent / "report.html"))


def page(
    folder: Path, figures: Path, campaign: Campaign, times: factories.Times, rows: list[ClaimRow] | None = None
) -> tuple[str, Words]:
    """The page of a synthetic campaign, and what is in it."""
    data = factories.synthetic(folder, campaign, times, rows or [])
    text = html(page_of(data, drawn(figures), folder / "environment.json", {}))
    return text, Words(text)


def said(words: Words) -> str:
    return " ".join(words.text.split())
