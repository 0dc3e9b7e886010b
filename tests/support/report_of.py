"""The report of a synthetic campaign, as its words."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from concbench.analysis.dataset import CampaignData
from concbench.campaign.campaign import Campaign
from concbench.records.rows import ClaimRow
from concbench.report.charts import Chart, charts
from concbench.report.page import html, page_of
from support import factories

TIMES: factories.Times = {"sync": [4.0, 4.1, 4.0, 4.2, 4.0], "threading": [2.0, 2.1, 2.0, 2.0, 2.1]}

MESSY: factories.Times = {
    "sync": [4.0, 4.41, 4.13, 4.92, 4.27, 4.05, 4.36],
    "threading/2": [2.33, 2.51, 1.94, 2.22, 2.44, 2.47, 2.08],
    "threading/5": [1.53, 1.91, 1.44, 1.72, 1.94, 1.58, 1.66],
    "hashing": [3.13, 3.61, 2.74, "failed", 3.64, 3.27, 3.08],
}


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
        self.text += " " * (tag in ("td", "th", "p", "li", "h2", "h3", "caption", "summary", "div", "title"))

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


def messy(folder: Path) -> CampaignData:
    """A campaign whose speed-ups differ, by the ratios within blocks, by medians, and by best-of-N."""
    contenders = {
        "sync": {"model": "sync"},
        "threading": {"model": "thread_pool", "workers": [2, 5]},
        "hashing": {"model": "process_pool_executor", "workers": [2]},
    }
    campaign = factories.campaign(7, best_of=3, contenders=contenders, article_s={"sync": 14.29, "threading": 3.72})
    claims = [
        factories.claim("1a", "reproduced", article=3.84, measured=2.627, low=2.41, high=2.83, level=0.9375),
        factories.claim("1b", "inconclusive"),
    ]
    return factories.synthetic(folder, campaign, MESSY, claims)
