"""Check every measured number in the documents against the table that it cites, and report numbers without a source.

A number is cited by a pair of comments around it: a table in ``docs/results/data/``, a column, and the values of other columns
that select one row::

    <!--= article-2026-11-26/comparisons speedup experiment=io contender=threading -->4.9<!--/-->

``dev.update_docs`` fills in the values. docs/developing/documentation.md explains the form.
"""

from __future__ import annotations

import csv
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import floor, log10
from pathlib import Path
from statistics import median
from typing import NamedTuple

from concbench.common.paths import ROOT
from dev.doc_text import DATA, FENCE, SECTION, blanked, line_of, prose, shown

CITATION = re.compile(r"<!--=\s*(?P<source>.*?)\s*-->(?P<text>.*?)<!--/-->", re.DOTALL)
GIVEN = re.compile(r"<!--\s*given:(?P<phrases>.*?)-->", re.DOTALL)
NUMBER = re.compile(r"(?<![A-Za-z_\d.,])\d+(?:[.,]\d+)*")
DATE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r" \d{4}\b"
)
VERSION = re.compile(r"\b(?:CPython|PyPy|Python)\s+\d+(?:\.\d+)*")
LIST_MARKER = re.compile(r"^\s*\d+\.(?=\s)", re.MULTILINE)
ENTITY = re.compile(r"&#\d+;")
FIRST_ON_LINE = re.compile(r"^[ \t]*<!--=", re.MULTILINE)


class Wrong(Exception):
    """Report a citation that can't be resolved, and why."""


@dataclass(frozen=True)
class Citation:
    """A cited number: its table and column, the filters that select its rows, and how it is written."""

    table: str
    column: str
    filters: Mapping[str, str]
    words: frozenset[str] = frozenset()  # percent, median
    form: str | None = None
    factor: float = 1

    @classmethod
    def read(cls, source: str) -> Citation:
        """Read what stands after ``<!--=``. Raise Wrong if it names no table or no column."""
        parts = shlex.split(source)
        plain = [part for part in parts if "=" not in part]
        named = dict(part.split("=", 1) for part in parts if "=" in part)
        words = frozenset(plain[2:])
        if len(plain) < 2 or "/" not in plain[0] or not words <= {"percent", "median"}:
            raise Wrong("expected <folder>/<table> <column> <column>=<value> …, then median, percent, factor= or format=")
        form, factor = named.pop("format", None), float(named.pop("factor", 1))
        return cls(plain[0], plain[1], named, words, form, factor)

    def value(self, data: Path = DATA) -> str | float:
        """Return the value: a number, scaled, or the field's text. Raise Wrong unless exactly one row is selected."""
        rows = self.rows(data)
        if self.column == "count":
            return len(rows) * self.scale
        fields = [row[self.column] for row in rows]
        if "median" in self.words:
            return median(number(field) for field in fields if field) * self.scale
        if len(fields) != 1:
            raise Wrong(f"{self.table}: expected one row, and the filters select {len(fields)}")
        if not fields[0]:
            raise Wrong(f"{self.table}: {self.column} is empty there")
        return number(fields[0]) * self.scale if is_number(fields[0]) else fields[0]

    def rows(self, data: Path) -> Sequence[Mapping[str, str]]:
        """Return the selected rows. Raise Wrong for a missing table or column."""
        path = data / f"{self.table}.csv"
        if not path.is_file():
            raise Wrong(f"{self.table}: there is no file {shown(path)}")
        if not path.with_name("environment.json").is_file():
            raise Wrong(f"{self.table}: there is no environment.json beside {shown(path)}; dev.keep_tables writes it")
        table = table_rows(path)
        known = table[0].keys() if table else ()
        unknown = [name for name in (self.column, *self.filters) if name not in known and name != "count"]
        if unknown:
            raise Wrong(f"{self.table}: there is no column {unknown[0]}")
        return [row for row in table if all(alike(row[name], value) for name, value in self.filters.items())]

    @property
    def scale(self) -> float:
        return self.factor * (100 if "percent" in self.words else 1)

    def filled(self, text: str, data: Path = DATA) -> str:
        """Return the text with the table's number: unchanged if it is right, else with the same number of digits."""
        value = self.value(data)
        if isinstance(value, str):
            return value
        found = NUMBER.search(text)
        if found is None:
            return self.written(value, digits=3)
        sign = text[: found.start()].endswith(("-", "−"))
        start = found.start() - sign
        if self.form is None and rounds_to(value, text[start : found.end()]):
            return text
        return text[:start] + self.written(value, digits_of(found[0])) + text[found.end() :]

    def written(self, value: float, digits: int) -> str:
        """Write a value in the citation's own format, or with a number of significant digits."""
        if self.form:
            text = format(value, self.form)
            return f"{float(text):.0f}" if "e+" in text else text
        if self.column == "count":
            return f"{value:.0f}"
        exponent = floor(log10(abs(value))) if value else 0
        return f"{value:.{max(digits - 1 - exponent, 0)}f}"


def digits_of(text: str) -> int:
    """Count the significant digits of a number as written."""
    return max(len(re.sub(r"\D", "", text).lstrip("0")), 1)


def rounds_to(value: float, text: str) -> bool:
    """Tell whether a value, rounded to the decimals of the text, is the number that the text has."""
    plain = text.replace(",", "").replace("−", "-")
    places = len(plain.partition(".")[2])
    return bool(abs(value - float(plain)) <= 0.5 * 10**-places * (1 + 1e-9))


def number(field: str) -> float:
    """Return a field as a number. Raise Wrong for a word."""
    if not is_number(field):
        raise Wrong(f"{field} is not a number")
    return float(field)


def is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def alike(field: str, value: str) -> bool:
    """Tell whether a field has a filter's value, ``5`` and ``5.0`` being the same."""
    return field == value or (is_number(field) and is_number(value) and float(field) == float(value))


@cache
def table_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Finding(NamedTuple):
    """A wrong or uncited number: where, and what is wrong."""

    line: int
    message: str


def pages() -> list[Path]:
    """Return the pages on which every number has a source."""
    results = sorted((ROOT / "docs" / "results").glob("*.md"))
    return [ROOT / "README.md", *results, ROOT / "docs" / "guides" / "which-model.md"]


def with_numbers(text: str, data: Path = DATA, report: Callable[[Finding], None] = lambda finding: None) -> str:
    """Return a document with every cited number as its table has it; ``report`` gets each citation that can't be resolved."""

    def put(match: re.Match[str]) -> str:
        try:
            wanted = Citation.read(match["source"]).filled(match["text"], data)
        except (Wrong, ValueError) as error:
            report(Finding(line_of(text, match.start()), str(error)))
            return match[0]
        return match[0][: match.start("text") - match.start()] + wanted + "<!--/-->"

    code = [(match.start(), match.end()) for match in FENCE.finditer(text)]
    return CITATION.sub(lambda match: match[0] if any(a <= match.start() < b for a, b in code) else put(match), text)


def wrong_numbers(text: str, data: Path = DATA) -> Iterator[Finding]:
    """Find the cited numbers that are not what their tables have, and the citations that can't be resolved."""
    unresolved: list[Finding] = []
    right = with_numbers(text, data, unresolved.append)
    yield from unresolved
    for before, after in zip(CITATION.finditer(text), CITATION.finditer(right), strict=True):
        if before["text"] != after["text"]:
            message = f"{before['source']}: the text has {before['text']}, the table {after['text']}"
            yield Finding(line_of(text, before.start()), message)


def uncited_numbers(text: str) -> Iterator[Finding]:
    """Find the numbers that are neither cited nor given, and the given phrases that the page doesn't have."""
    phrases = [" ".join(phrase.split()) for match in GIVEN.finditer(text) for phrase in match["phrases"].split(";")]
    rest = prose(blanked(text, SECTION, CITATION))
    for phrase in sorted(filter(None, phrases), key=len, reverse=True):
        if not re.search(r"[A-Za-z]", phrase) or not NUMBER.search(phrase):
            yield Finding(1, f"given: {phrase}: expected a number with the words around it")
            continue
        pattern = re.compile(r"(?<![\w.])" + r"\s+".join(map(re.escape, phrase.split())) + r"(?!\w)")
        if not pattern.search(rest):
            yield Finding(1, f"given: {phrase}: the page doesn't have these words; delete them from the list")
        rest = blanked(rest, pattern)
    rest = blanked(rest, DATE, VERSION, LIST_MARKER, ENTITY)
    for match in NUMBER.finditer(rest):
        line = rest.splitlines()[line_of(rest, match.start()) - 1].strip()
        yield Finding(line_of(rest, match.start()), f"{match[0]} has no source: {' '.join(line.split())[:70]}")


def first_on_lines(text: str) -> Iterator[Finding]:
    """Find the citations at the start of a line: Markdown ends the paragraph before a comment there."""
    for match in FIRST_ON_LINE.finditer(blanked(text, FENCE)):
        message = "a citation at the start of a line ends the paragraph; move it to the end of the line before"
        yield Finding(line_of(text, match.start()), message)


def findings(path: Path, text: str) -> Iterator[str]:
    """Yield what is wrong with the numbers of a page, a line each."""
    for finding in (*wrong_numbers(text), *uncited_numbers(text), *first_on_lines(text)):
        yield f"{shown(path)}:{finding.line}: {finding.message}"


def main() -> None:
    """Print every finding; exit status 1 if there are any."""
    found = [line for path in pages() if path.is_file() for line in findings(path, path.read_text(encoding="utf-8"))]
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
