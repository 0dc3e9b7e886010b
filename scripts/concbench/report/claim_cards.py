"""Make the report's cards of claims: the verdict, our figure beside the article's, the reason, the runs and the pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

import pandas as pd

from concbench.analysis.dataset import CampaignData
from concbench.analysis.naming import experiment_name
from concbench.campaign.titles import interpreter_title
from concbench.claims.claim_words import SIGNS, ours
from concbench.common.formatting import three_digits
from concbench.records.rows import ClaimRow
from concbench.records.tables import known
from concbench.report.charts import Chart
from concbench.stats.verdicts import ClaimVerdict

SHOWN_BY = ("workers", "headline")  # the figures that show a claim's runs, the better one first
ROOM = 0.15  # of the axis, at either end


@dataclass(frozen=True)
class Strip:
    """Our figure, its confidence interval and the article's on a logarithmic axis, as shares of its length."""

    measured: float
    low: float
    high: float
    article: float


@dataclass(frozen=True)
class Link:
    """A link within the page."""

    address: str
    text: str


@dataclass(frozen=True)
class Card:
    """A claim's verdict, for one interpreter."""

    name: str  # in addresses: it is the same in every report of the campaign
    number: str
    statement: str
    interpreter: str | None  # its title, in campaigns with several
    verdict: ClaimVerdict
    measured: str
    level: str
    article: str | None
    strip: Strip | None
    reason: str
    runs: Sequence[str]
    probes: Sequence[str]
    pictures: Sequence[Link]

    @property
    def sign(self) -> str:
        """Return the verdict with its sign."""
        return SIGNS[self.verdict]


def cards_of(rows: Sequence[ClaimRow], data: CampaignData, drawn: Sequence[Chart]) -> list[Card]:
    """Make a card for each row of claims.csv; the names of rows on further interpreters end in the interpreter's."""
    runs, names, made = evidence(data), set[str](), []
    for row in rows:
        name = f"claim-{row.claim}"
        if name in names:
            name = f"{name}-{row.interpreter}"
        names.add(name)
        made.append(card(name, row, data, runs, drawn))
    return made


def card(name: str, row: ClaimRow, data: CampaignData, runs: Mapping[str, str], drawn: Sequence[Chart]) -> Card:
    found = (row.evidence or "").split()
    several = len(data.campaign.interpreters) > 1 and row.interpreter is not None
    return Card(
        name=name,
        number=row.claim,
        statement=row.statement,
        interpreter=interpreter_title(data.campaign, str(row.interpreter)) if several else None,
        verdict=row.verdict,
        measured=ours(row),
        level="" if row.level is None or row.low is None or row.low == row.high else f"{row.level:.0%}".replace("%", " % CI"),
        article=None if row.article is None else three_digits(row.article),
        strip=strip(row),
        reason=row.reason,
        runs=[runs[one] for one in found if one in runs],
        probes=[one.replace(":", ": ") for one in found if ":" in one],
        pictures=list(pictures(found, data, drawn)),
    )


def evidence(data: CampaignData) -> dict[str, str]:
    """Describe each configuration by its id: ``160 downloads: sync: median 13.4 s, 5 of 5 runs count``."""
    names, summary = data.names, data.tables["summary"]
    return {
        row["configuration"]: f"{names[row['configuration']]}: {median(row)}{row['n']} of {row['planned']} runs count"
        for _, row in summary.iterrows()
    }


def median(row: pd.Series) -> str:
    return f"median {three_digits(row['median_s'])} s, " if known(row["median_s"]) is not None else ""


def pictures(found: Sequence[str], data: CampaignData, drawn: Sequence[Chart]) -> Iterator[Link]:
    """Link to the figure that shows a claim's runs, or to the part of the page that has their experiment."""
    summary = data.tables["summary"]
    there = {one.name for one in drawn}
    for experiment in summary["experiment"][summary["configuration"].isin(found)].unique():
        names = (f"{figure}-{experiment}" for figure in SHOWN_BY)
        yield Link(
            f"#{next((name for name in names if name in there), f'experiment-{experiment}')}",
            experiment_name(data.campaign, str(experiment)),
        )


def strip(row: ClaimRow) -> Strip | None:
    """Place our figure and the article's on an axis; None where one of them or the confidence interval is missing."""
    values = (row.measured, row.low, row.high, row.article)
    if any(value is None or value <= 0 for value in values):
        return None
    logs = [log(value) for value in values if value is not None]
    width = max(logs) - min(logs)
    if not width:
        return None
    return Strip(*(ROOM + (1 - 2 * ROOM) * (one - min(logs)) / width for one in logs))
