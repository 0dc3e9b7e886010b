"""Make the blocks of a document that show measured results, from the tables in docs/results/data/."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from concbench.campaign import plugins
from concbench.campaign.campaign import CONTROL
from concbench.campaign.campaign_reader import read_campaign
from concbench.common.formatting import three_digits, with_interval
from concbench.common.paths import ROOT
from concbench.records.rows import ClaimRow, ComparisonRow
from concbench.records.tables import read_table, rows_of
from concbench.report.claims_page import page
from concbench.stats.interval_words import interval
from concbench.stats.verdicts import DECIDED
from dev.check_numbers import CITATION, Wrong, table_rows, with_numbers
from dev.doc_text import DATA
from dev.recommendation_outcome import Outcome, outcomes_table
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
    return with_interval(*(float(row[one]) for one in (value, low, high))) if row[low] and row[high] else digits(row[value])


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
    own = own_rows(folder, name)
    by = "workers" if len({row["contender"] for row in own}) == 1 else "median_s"
    several = len({row["server"] for row in own}) > 1
    ordered = sorted((row for row in own if row["median_s"]), key=lambda row: (row["server"], float(row[by])))
    some_left_out = any(row["n"] != row["planned"] for row in ordered)
    lines = [
        [
            *([row["server"]] if several else []),
            contender_and_workers(row),
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


def contender_and_workers(row: Mapping[str, str]) -> str:
    """Write a contender with its number of workers, unless its model always has one: ``asyncio, 160``."""
    return row["contender"] if plugins.model(row["model"]).single_worker else f"{row['contender']}, {row['workers']}"


def own_rows(folder: str, experiment: str) -> list[dict[str, str]]:
    """Return an experiment's rows of summary.csv, without the A/A control. Raise Wrong if there are none."""
    found = [row for row in rows(folder, "summary") if row["experiment"] == experiment and row["contender"] != CONTROL]
    if not found:
        raise Wrong(f"{folder} has no experiment {experiment}")
    return found


def pythons(folder: str, experiment: str) -> str:
    """Show an experiment's medians with a row for each interpreter, and the speed-up over the first where it is decided."""
    facts = loaded(folder, "environment.json")["invocations"][-1]["interpreters"]
    compared = {row["configuration"]: row for row in rows(folder, "interpreters")}
    own = [row for row in own_rows(folder, experiment) if row["median_s"]]
    contenders = list(dict.fromkeys(contender_and_workers(row) for row in own))
    cells = {(row["interpreter"], contender_and_workers(row)): on_python(row, compared) for row in own}
    lines = [
        [python(facts[interpreter]), *(cells.get((interpreter, contender), "–") for contender in contenders)]
        for interpreter in dict.fromkeys(one for one, _ in cells)
    ]
    return table(["median (s)", *contenders], lines, right=range(1, len(contenders) + 1))


def on_python(row: Mapping[str, str], compared: Mapping[str, Mapping[str, str]]) -> str:
    """Write a median, in bold with the speed-up if it is faster or slower than on the campaign's first interpreter."""
    other = compared.get(row["configuration"])
    if other is None or other["verdict"] not in DECIDED:
        return digits(row["median_s"])
    return f"**{digits(row['median_s'])}** ({digits(other['speedup'])}×)"


def sizes(folder: str, experiment: str) -> str:
    """Show an experiment's speed-ups over its baseline, with a column for each size of the job."""
    compared = {row["configuration"]: row for row in rows(folder, "comparisons")}
    own = [row for row in own_rows(folder, experiment) if row["median_s"]]
    columns = sorted({int(row["size"]) for row in own})
    baseline = compared[own[0]["configuration"]]["baseline"]
    others = {row["contender"] for row in own if row["workers"] != row["size"]}
    names = [contender_and_workers(row) if row["contender"] in others else f"{row['contender']}, all" for row in own]
    cells = {(name, int(row["size"])): at_size(row, compared[row["configuration"]]) for name, row in zip(names, own)}
    lines = [
        [contender, *(cells.get((contender, size), "–") for size in columns)]
        for contender in dict.fromkeys(one for one, _ in cells)
    ]
    head = [f"speed-up over {baseline}", *(f"{size} items" for size in columns)]
    return table(head, lines, right=range(1, len(head)))


def at_size(row: Mapping[str, str], compared: Mapping[str, str]) -> str:
    """Write a speed-up, with the verdict unless the confidence interval shows it; of the baseline, its median."""
    if row["configuration"] == compared["baseline_configuration"]:
        return f"{digits(row['median_s'])} s"
    speedup, verdict = speedup_and_verdict(compared)
    return speedup if verdict in DECIDED else f"{speedup}, {verdict}"


def scaling(folder: str) -> str:
    """Show the scaling laws fitted to the worker sweeps of a campaign."""
    titles = {name: one["title"] for name, one in loaded(folder, "config.json")["experiments"].items()}
    lines = [
        [
            f"{titles[row['experiment']]}, {row['contender']}",
            row["law"],
            with_ci(row, "serial_fraction", "serial_fraction_low", "serial_fraction_high"),
            with_ci(row, "coherency", "coherency_low", "coherency_high"),
            with_ci(row, "predicted_workers", "predicted_low", "predicted_high"),
            row["measured_workers"],
            f"{float(row['error']):.0%}" + (", poor" if row["poor"] == "True" else ""),
        ]
        for row in rows(folder, "scaling")
    ]
    head = ("contender", "law", "serial fraction σ", "coherency κ", "predicted optimum", "measured optimum", "error of the fit")
    return table(head, lines, right=range(2, len(head)))


def targets(folder: str) -> str:
    """Show the values that a validation measured, beside their targets."""
    lines = [
        [
            row["promise"],
            f"{digits(row['figure'])} {row['unit']}" + ("" if float(row["figure"]) <= float(row["bar"]) else ", **missed**"),
            f"{float(row['bar']):g} {row['unit']}",
        ]
        for row in rows(folder, "targets")
    ]
    return table(("promise", "measured", "target"), lines, right=(1, 2))


def recommendations(folder: str) -> str:
    """Show how good the recommendations for the examples are, as ``dev.check_recommendations --table`` wrote it."""
    return outcomes_table(map(Outcome.of, rows(folder, "recommendations")))


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
    """Write implementation and version, and which build it is: ``CPython 3.15.2, with its JIT``."""
    names = {"cpython": "CPython", "pypy": "PyPy"}
    free_threaded = ", free-threaded" if facts.get("gil_enabled") is False else ""
    jit = ", with its JIT" if facts.get("jit_enabled") and facts["implementation"] == "cpython" else ""
    return f"{names.get(facts['implementation'], facts['implementation'])} {facts['version'].split()[0]}{free_threaded}{jit}"


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
    "pythons": pythons,
    "recommendations": recommendations,
    "scaling": scaling,
    "sizes": sizes,
    "table": any_table,
    "targets": targets,
}
"""By the first word of the block's name; the others are its arguments."""
