"""Make the blocks of a document that show measured results, from the tables in docs/results/data/."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from concbench.campaign.campaign import CONTROL
from concbench.campaign.campaign_reader import read_campaign
from concbench.common.formatting import three_digits
from concbench.common.paths import ROOT
from concbench.records.rows import ClaimRow, ComparisonRow
from concbench.records.tables import read_table, rows_of
from concbench.report.claims_page import page
from concbench.stats.interval_words import interval
from dev.check_numbers import CITATION, Wrong, table_rows, with_numbers
from dev.doc_text import DATA
from dev.tables import table

GUIDE = ROOT / "docs" / "guides" / "which-model.md"
SOURCE = re.compile(r"<!-- source which-model -->\n+(?P<table>.*?)<!-- end source -->", re.DOTALL)
LINK = re.compile(r"(?<=\]\()(?!https?:|#)(?=[^)])")


def rows(folder: str, name: str) -> list[dict[str, str]]:
    """Return the rows of a table. Raise Wrong if there is none."""
    path = DATA / folder / f"{name}.csv"
    if not path.is_file():
        raise Wrong(f"there is no file docs/results/data/{folder}/{name}.csv")
    return table_rows(path)


def loaded(folder: str, name: str) -> Any:
    """Return what a JSON file beside the tables has. Raise Wrong if there is none."""
    path = DATA / folder / name
    if not path.is_file():
        raise Wrong(f"there is no file docs/results/data/{folder}/{name}")
    return json.loads(path.read_text(encoding="utf-8"))


def digits(field: str) -> str:
    return three_digits(float(field)) if field else "–"


def with_ci(row: Mapping[str, str], value: str, low: str, high: str) -> str:
    """Write an estimate and its confidence interval: ``2.99 [2.98, 3.01]``."""
    return f"{digits(row[value])} [{digits(row[low])}, {digits(row[high])}]" if row[low] else digits(row[value])


def article(folder: str, experiment: str) -> str:
    """Set the article's figures of an experiment beside ours: medians and speed-ups, with confidence intervals."""
    config = loaded(folder, "config.json")["experiments"][experiment]
    seconds, baseline = config["article_s"], config["baseline"]
    compared = {row["configuration"]: row for row in rows(folder, "comparisons")}
    lines = []
    for row in rows(folder, "summary"):
        if row["experiment"] != experiment or row["contender"] == CONTROL:
            continue
        theirs = seconds.get(row["contender"])
        lines.append(
            [
                row["contender"],
                row["workers"],
                f"{theirs:.2f}" if theirs else "–",
                with_ci(row, "median_s", "median_low_s", "median_high_s"),
                digits(row["lower_bound_s"]),
                f"{seconds[baseline] / theirs:.2f}" if theirs else "–",
                "1"
                if row["contender"] == baseline
                else with_ci(compared[row["configuration"]], "speedup", "speedup_low", "speedup_high"),
            ]
        )
    head = ("program", "workers", "article (s)", "here (s)", "lower bound (s)", "article's speed-up", "speed-up here")
    return table(head, lines, right=range(1, len(head)))


def experiment(folder: str, name: str) -> str:
    """Show an experiment of any campaign: the configurations that have a median, in each condition the fastest first.

    A sweep of one contender goes by its number of workers.
    """
    compared = {row["configuration"]: row for row in rows(folder, "comparisons")}
    own = [row for row in rows(folder, "summary") if row["experiment"] == name and row["contender"] != CONTROL]
    if not own:
        raise Wrong(f"{folder} has no experiment {name}")
    by = "workers" if len({row["contender"] for row in own}) == 1 else "median_s"
    several = len({row["server"] for row in own}) > 1
    ordered = sorted((row for row in own if row["median_s"]), key=lambda row: (row["server"], float(row[by])))
    some_left_out = any(row["n"] != row["planned"] for row in ordered)
    lines = [
        [
            *([row["server"]] if several else []),
            row["contender"] + (f", {row['workers']}" if row["workers"] != "1" else ""),
            *([f"{row['n']} of {row['planned']}"] if some_left_out else []),
            with_level(row, "median_s", "median_low_s", "median_high_s", "median_level"),
            digits(row["lower_bound_s"]),
            digits(str(float(row["median_s"]) / float(row["lower_bound_s"]))) if row["lower_bound_s"] else "–",
            *speedup_and_verdict(compared[row["configuration"]]),
        ]
        for row in ordered
    ]
    first = compared[own[0]["configuration"]]
    baseline = first["baseline"] + (f", {own[0]['workers']}" if by == "workers" else "")
    head = [
        *(["server"] if several else []),
        "contender, workers",
        *(["runs"] if some_left_out else []),
        "median (s)",
        "lower bound (s)",
        "median ÷ bound",
        f"speed-up over {baseline}",
        "verdict",
    ]
    return table(head, lines, right=range(1 + several, len(head) - 1))


def speedup_and_verdict(row: Mapping[str, str]) -> tuple[str, str]:
    if row["configuration"] == row["baseline_configuration"]:
        return "1", "–"
    return with_level(row, "speedup", "speedup_low", "speedup_high", "level"), row["verdict"]


def with_level(row: Mapping[str, str], value: str, low: str, high: str, level: str) -> str:
    """Write an estimate, its confidence interval, and the level if it is too low for a verdict."""
    return interval(float(row[value]), float(row[low]), float(row[high]), float(row[level])) if row[low] else digits(row[value])


def any_table(source: str, *options: str) -> str:
    """Show a table, or the columns that ``columns=a,b`` names, as it is."""
    folder, _, name = source.partition("/")
    found = rows(folder, name)
    named = dict(one.partition("=")[::2] for one in options)
    columns = named["columns"].split(",") if "columns" in named else list(found[0])
    return table(columns, ([row[column] for column in columns] for row in found))


def measured(folder: str) -> str:
    """Say when and where a campaign was measured, with what, and by which version of this project."""
    invocations = loaded(folder, "environment.json")["invocations"]
    one = invocations[-1]
    pythons = ", ".join(dict.fromkeys(python(facts) for facts in one["interpreters"].values() if facts))
    machine = f"{one['cpu_model']}, {one['cpus']} CPUs, {one['memory_bytes'] / 1e9:.0f} GB of memory, Linux {one['kernel']}"
    return f"Measured on {one['invocation'][:10]}: {machine}; {pythons}; commit `{one['git_revision']}`.\n"


def claims(folder: str) -> str:
    """Write the page of a campaign's claims, without its title and its links to files that are not kept."""
    path = DATA / folder
    for name in ("claims", "comparisons"):
        rows(folder, name)  # that is, report a missing table
    answered, compared = read_table(path / "claims.csv", ClaimRow), read_table(path / "comparisons.csv", ComparisonRow)
    return without_links(page(read_campaign(path / "config.json"), rows_of(answered, ClaimRow), compared))


def without_links(text: str) -> str:
    """Return a page of claims without its title, and without the column of links."""
    lines = [line for line in text.splitlines() if not line.startswith("# ")]
    links = [number for number, line in enumerate(lines) if re.search(r"\|\s*see\s*\|$", line)]
    for first in links:
        for number in range(first, len(lines)):
            if not lines[number].startswith("|"):
                break
            lines[number] = lines[number].rstrip().removesuffix("|").rpartition("|")[0] + "|"
    return "\n".join(lines).strip("\n") + "\n"


def python(facts: Mapping[str, Any]) -> str:
    names = {"cpython": "CPython", "pypy": "PyPy"}
    return f"{names.get(facts['implementation'], facts['implementation'])} {facts['version'].split()[0]}"


def which_model(guide: Path = GUIDE) -> str:
    """Copy the table of the guide, its numbers resolved and its links as the README needs them."""
    found = SOURCE.search(guide.read_text(encoding="utf-8")) if guide.is_file() else None
    if found is None:
        raise Wrong("docs/guides/which-model.md has no table between <!-- source which-model --> and <!-- end source -->")
    plain = CITATION.sub(lambda match: match["text"], with_numbers(found["table"]))
    return LINK.sub("docs/guides/", plain).rstrip("\n") + "\n"


MAKERS: Mapping[str, Callable[..., str]] = {
    "article": article,
    "claims": claims,
    "experiment": experiment,
    "measured": measured,
    "table": any_table,
}
"""By the first word of the block's name; the others are its arguments."""
