"""Take the numbers out of a text that people read, and look each one up in the tables that it should come from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from string import ascii_lowercase

from concbench.analysis.dataset import CampaignData
from concbench.campaign.campaign import CONTROL
from concbench.measured.status import Status
from concbench.stats.verdicts import ClaimVerdict

RESULTS = ("summary", "comparisons", "interpreters", "scaling", "nodes", "claims")  # the tables with a value for each quantity
TEXTS = {"claims": ["statement", "reason"], "warnings": ["message", "remedy"], "runs": ["reason"]}  # columns shown as they are
NUMBER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?![\w]|\.\d)( ?%)?")
SPEEDUP = re.compile(r"([\d.]+)(?:×| times as fast)")
AXES = "where axes begin, and the baseline's own speed-up"
NOT_RESULTS = {
    "dates and times of day": r"\d{4}-\d\d-\d\d(?:T[\d:]+Z)?",
    "versions of interpreters": r"(?:CPython|PyPy|Python) \d[\w.]*",
    "numbers of blocks, and of claims with several parts": r"\b[Bb]lock \d+|(?<!\.)\b\d+[a-z]\b(?!-)",
    "numbers that the config has": r"\b\d+ (?:to \d+ )?(?:workers?|items?|contenders?|others?)\b|best of \d+|seed \d+",
    "confidence levels in heads and brackets": r"\b\d+(?: to \d+)? % CI",
    "the margin, and limits of the method": r"within \d+ %|takes? \d+\.",
    "names of files": r"\S*/\S+|\S+\.(?:csv|json|md|txt)\b",
    "how long measuring took": r"Measuring took [^.]*\.",
    "mistakes to expect by chance": r"at most [\d.e-]+ of them",
    AXES: r"begin at 0|\b1×",
}
"""Kinds of numbers that are no results, as regular expressions."""


APART = ("script", "style", "svg")  # elements with no text of the page
WITHIN = ("a", "b", "bdi", "code", "em", "i", "output", "small", "span", "strong", "u")  # elements within a line
EMPTY = ("br", "img", "input", "link", "meta")  # elements without an end


class Lines(HTMLParser):
    """The lines that people read of a page, without the elements that have one of the ids."""

    def __init__(self, page: str, *ids: str) -> None:
        super().__init__()
        self.found, self.ids, self.open = [""], ids, list[tuple[str, bool]]()
        self.feed(page)

    found: list[str]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in EMPTY:
            self.open.append((tag, tag in APART or dict(attrs).get("id") in self.ids))
        self.found += [] if tag in WITHIN else [""]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass
        self.found += [] if tag in WITHIN else [""]

    def handle_data(self, data: str) -> None:
        if not any(apart for _, apart in self.open):
            self.found[-1] += data


def lines_of(page: str, *without: str) -> list[str]:
    """Return the lines that people read of a page, without the elements that have one of these ids."""
    return [" ".join(line.split()) for line in Lines(page, *without).found if line.strip()]


@dataclass
class Known:
    """The numbers that a text may show, from the tables of results and the config."""

    values: Sequence[float]
    counts: Collection[float]  # of rows
    texts: Sequence[str]  # that have numbers, and are shown as they are

    @classmethod
    def of(cls, data: CampaignData) -> Known:
        tables, experiments = data.tables, data.campaign.experiments.values()
        cells = [
            float(value)
            for name in RESULTS
            if name in tables
            for column in tables[name].select_dtypes("number")
            for value in tables[name][column].dropna()
        ]
        drawn = (
            tables["items"][["configuration", "block"]].drop_duplicates().merge(tables["runs"], on=["configuration", "block"])
        )
        cells += map(float, drawn["makespan_s"])  # of the representative runs
        article = [one / other for each in experiments for one in each.article_s.values() for other in each.article_s.values()]
        texts = [
            str(text)
            for name, columns in TEXTS.items()
            if name in tables
            for column in columns
            for text in tables[name][column].dropna().unique()
        ]
        article += [one for each in experiments for one in each.article_s.values()]
        return cls([*cells, *article], counts(data), [*(one.title for one in experiments), *texts])

    def has(self, shown: str, percent: bool) -> bool:
        """Tell whether a number is one of these, to the digits that are shown."""
        if percent:
            return any(is_share(value, shown) for value in self.values)
        return float(shown) in self.counts or any(is_shown_as(value, shown) for value in self.values)


def counts(data: CampaignData) -> set[float]:
    """Count the rows that texts count: runs by status, blocks, warnings, claims and verdicts."""
    runs, warnings, comparisons = (data.tables[name] for name in ("runs", "warnings", "comparisons"))
    paired = comparisons["verdict"].notna() & comparisons["paired"] & (comparisons["contender"] != CONTROL)
    found = [len(runs), runs["block"].nunique(), len(warnings), warnings["warning"].nunique(), *runs["status"].value_counts()]
    found += [int((runs["status"] != Status.OK).sum()), int(paired.sum())]
    if "claims" in data.tables:
        claims = data.tables["claims"]
        numbers = claims["claim"].str.rstrip(ascii_lowercase).nunique()
        found += map(int, claims["claim"][claims["claim"].str.isdigit()])  # the numbers of those of one part
        found += [len(claims), numbers, *(int((claims["verdict"] == verdict).sum()) for verdict in ClaimVerdict)]
    return set(map(float, found))


def is_share(value: float, shown: str) -> bool:
    """Tell whether a share, or the distance of a ratio from 1, is the number of per cent that is shown."""
    decimals = len(shown.partition(".")[2])
    distance = max(value, 1 / value) - 1 if value > 0 else 0
    return any(f"{100 * one:.{decimals}f}" == shown for one in (value, distance))


def is_shown_as(value: float, shown: str) -> bool:
    """Tell whether a value is the number shown, with three significant digits or with all that are shown, or two decimals."""
    significant = len(shown.split("e")[0].replace(".", "").lstrip("0"))
    return float(shown) in (float(f"{value:.3g}"), float(f"{value:.{max(3, significant)}g}"), float(f"{value:.2f}"))


def numbers(lines: Iterable[str], known: Known) -> Iterator[tuple[str, bool, str]]:
    """Yield each number that is shown as a result, whether it is in per cent, and the line in which it stands."""
    texts = sorted((" ".join(text.split()) for text in known.texts), key=len, reverse=True)
    for line in lines:
        rest = line
        for text in texts:
            rest = rest.replace(text, " ")
        for kind in NOT_RESULTS.values():
            rest = re.sub(kind, " ", rest)
        for match in NUMBER.finditer(rest):
            yield match[1], bool(match[2]), line


def unknown(lines: Iterable[str], known: Known) -> list[tuple[str, str]]:
    """Return the numbers that no table has, each with its line."""
    return [(number, line) for number, percent, line in numbers(lines, known) if not known.has(number, percent)]


def speedups(lines: Iterable[str]) -> list[str]:
    """Return all speed-ups that sentences and bars name."""
    return [match[1] for line in lines for match in SPEEDUP.finditer(re.sub(NOT_RESULTS[AXES], " ", line))]
