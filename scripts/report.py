"""Write report.html: the answer, then figures, tables, claims, warnings, method and environment, all in one file."""

from __future__ import annotations

import argparse
import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from itables.utils import read_package_file
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import report_charts
from answers import Answer, answers, worth
from campaign import CONTROL, Campaign
from claims_page import SIGNS, counts, ours
from conclude import chance, interval
from environment import read_sessions
from figure_data import CampaignData, FigureData
from interpreter_gains import gains
from number_format import duration, three_digits
from report_charts import Chart, charts
from tables import SETTING, TABLES, ClaimRow, NodeRow, ScalingRow, WarningRow, known, read_table, rows_of
from whole_file import write_whole

PARTS = Path(__file__).parent / "report_page"
FILES = {
    "runs.csv": "a row for each planned run",
    "summary.csv": "a row for each point: best, median, spread, ideal",
    "nodes.csv": "the machine, or the nodes of a cluster, and how they differ",
    "comparisons.csv": "a row for each point against its baseline: speed-up, interval, verdict",
    "interpreters.csv": "the same of each point of another interpreter, against the first one",
    "scaling.csv": "the scaling laws fitted to worker sweeps",
    "warnings.csv": "what to know before quoting a figure",
    "claims.csv": "a verdict on each claim",
    "probes.csv": "small measurements beside the runs",
    "items.csv": "the items of each point's typical run",
    "article.md": "the article's figures beside ours",
    "conclusion.txt": "what the campaign ended with on the console",
    "environment.json": "machine, kernel, interpreters and packages of each session",
    "config.json": "the campaign's config",
}


@dataclass(frozen=True)
class Cell:
    """What a table shows in one place, and by what number its column is sorted; None to sort by the text."""

    text: str
    order: float | None = None
    link: str | None = None

    @classmethod
    def of(cls, value: float | None, text: str | None = None) -> Cell:
        """A number; a dash, which sorts last, where it isn't known."""
        if value is None or pd.isna(value):
            return cls("–", float("inf"))
        return cls(text or three_digits(value), value)


@dataclass(frozen=True)
class Table:
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Section:
    """An experiment."""

    name: str
    subject: str
    answers: Sequence[Answer]
    table: Table
    laws: Table
    charts: Sequence[Chart]


@dataclass(frozen=True)
class Page:
    """All that the template fills in, but for style and script."""

    campaign: str
    title: str
    counts: str
    missing: Sequence[str]
    sections: Sequence[Section]
    claims: Table | None
    claims_counted: str
    claims_charts: Sequence[Chart]
    warnings: Table
    warnings_counted: str
    left_out: Table
    chance: str
    map_charts: Sequence[Chart]
    campaign_charts: Sequence[Chart]
    blocks: int
    seed: int
    margin: float  # relative
    nodes: Table
    environment: Table
    files: Sequence[tuple[str, str]]


def texts(*values: object) -> list[Cell]:
    return [Cell("–" if known(value) is None else str(value)) for value in values]


def points_table(data: FigureData) -> Table:
    """Every point of an experiment but the control's, with its comparison."""
    own = ["point", "baseline", "speedup", "speedup_low", "speedup_high", "level", "verdict", "warnings"]
    rows = data.summary.merge(data.comparisons[own], on="point", suffixes=("", "_compared"))
    settings = [name for name in SETTING[1:] if name in data.settings_vary]
    by_node = bool(rows["node_effect"].notna().any())
    columns = [
        *("contender", *settings, "workers", "runs", "median (s)", *(["one node ÷ another"] if by_node else [])),
        *(f"best of {data.campaign.best_of} (s)", "ideal (s)"),
        *(f"times as fast as {data.experiment.baseline}", "verdict", "warnings"),
    ]
    cells = []
    for _, row in rows.iterrows():
        median = interval(known(row["median_s"]), row["median_low_s"], row["median_high_s"], row["median_level"])
        speedup = interval(known(row["speedup"]), row["speedup_low"], row["speedup_high"], row["level"])
        kinds = " ".join(dict.fromkeys(f"{known(row['warnings']) or ''} {known(row['warnings_compared']) or ''}".split()))
        cells.append(
            [
                *texts(row["contender"], *(row[name] for name in settings)),
                Cell.of(known(row["workers"])) if known(row["workers"]) else Cell(str(row["workers_asked"]), 0),
                Cell(f"{row['n']} of {row['planned']}", row["n"]),
                Cell.of(known(row["median_s"]), median),
                *([Cell.of(known(row["node_effect"]))] if by_node else []),
                Cell.of(known(row["best_of_n_s"])),
                Cell.of(known(row["ideal_s"])),
                Cell.of(known(row["speedup"]), speedup),
                *texts(known(row["verdict"]) or "baseline", kinds or "none"),
            ]
        )
    return Table(f"{data.experiment.name}: all points, with 95 % intervals in brackets", columns, cells)


def optimum_by_law(row: ScalingRow) -> Cell:
    if row.predicted_workers is None:
        return Cell("the more, the better", float("inf"))
    if row.predicted_low is None or row.predicted_high is None:
        return Cell(f"{row.predicted_workers:.0f}", row.predicted_workers)
    return Cell(f"{row.predicted_workers:.0f} [{row.predicted_low:.0f}, {row.predicted_high:.0f}]", row.predicted_workers)


def laws_table(rows: list[ScalingRow]) -> Table:
    """The scaling laws' fits: what each worker adds, and the optimum that they predict beside the measured one."""
    cells = [
        [
            *texts(row.contender, row.origin or row.interpreter, row.law),
            Cell.of(row.serial, interval(row.serial, row.serial_low or 0, row.serial_high or 0, row.level or 0)),
            Cell.of(row.crosstalk, interval(row.crosstalk, row.crosstalk_low or 0, row.crosstalk_high or 0, row.level or 0)),
            optimum_by_law(row),
            Cell.of(row.measured_workers),
            Cell.of(row.error, f"{row.error:.0%}" + (": a poor fit" if row.poor else "")),
        ]
        for row in rows
    ]
    columns = ["contender", "where", "law", "serial share", "crosstalk", "best workers by the law", "as measured", "misses by"]
    return Table("Scaling laws fitted to the sweeps", columns, cells)


def claims_table(rows: list[ClaimRow]) -> Table:
    cells = [
        [
            Cell(row.claim, float(row.claim.rstrip("abcdefghijklmnopqrstuvwxyz"))),
            *texts(row.statement),
            Cell.of(row.article),
            Cell.of(row.measured, ours(row)),
            *texts(SIGNS[row.verdict], row.reason),
        ]
        for row in rows
    ]
    return Table("What is claimed, and what came out here", ["claim", "statement", "article", "here", "verdict", "why"], cells)


def warnings_table(rows: list[WarningRow]) -> Table:
    cells = [texts(row.warning, row.point or row.experiment, row.message, row.remedy) for row in rows]
    return Table("Warnings", ["warning", "where", "what was found", "what to do"], cells)


def left_out_table(runs: pd.DataFrame) -> Table:
    """The runs that don't count, each with its log."""
    cells = [
        [
            Cell(str(run["point"]), link=f"logs/runs/{run['record']}.log" if run["status"] != "missing" else None),
            Cell.of(run["block"]),
            *texts(run["status"], run["reason"]),
        ]
        for _, run in runs[runs["status"] != "ok"].iterrows()
    ]
    return Table("Runs that don't count, with their logs", ["run", "block", "status", "reason"], cells)


def missing(data: CampaignData) -> Iterator[str]:
    """What a reader must know that isn't there."""
    runs = data.tables["runs"]
    unmeasured = int((runs["status"] == "missing").sum())
    if not (runs["status"] == "ok").any():
        yield "No run of this campaign counts, so there is nothing to compare. The reasons are below, under Warnings."
    elif unmeasured:
        yield f"{unmeasured} of {len(runs)} runs have not been measured yet: the command that began the campaign goes on there."
    for (name, contender), own in runs[runs["contender"] != CONTROL].groupby(["experiment", "contender"], sort=False):
        if not (own["status"] == "ok").any():
            reasons = ", ".join(own["status"].unique())
            yield f"{name}: no run of {contender} counts ({reasons}), so it is in no figure."


def nodes_table(rows: list[NodeRow]) -> Table:
    """Each node with what sets it apart; empty where there is one only."""
    cells = [
        [
            *texts(row.node, row.cpu_model),
            *(Cell.of(one) for one in (row.processors, row.blocks, row.ok)),
            Cell.of(row.machine_speed and row.machine_speed / 1e6),
            Cell.of(row.parallel_capacity),
            Cell.of(row.effect, interval(row.effect, row.effect_low or 0, row.effect_high or 0, row.effect_level or 0)),
        ]
        for row in rows
    ]
    columns = ["node", "processor", "processors", "blocks", "runs that count", "speed (million steps/s)", "parallel capacity"]
    return Table("Nodes", [*columns, "times as long as on all"], cells if len(cells) > 1 else [])


def environment_table(path: Path) -> Table:
    """A row for each session, the last first."""
    cells = []
    for one in reversed(read_sessions(path)):
        pythons = (
            f"{name}: {facts['implementation']} {facts['version']}" if facts else f"{name}: not there"
            for name, facts in one.interpreters.items()
        )
        memory = f"{one.memory_bytes / 2**30:.0f} GiB"
        machine = f"{one.cpu_model}, {one.processors} processors, {memory}"
        cells.append(
            texts(
                one.session, one.machine, machine, one.kernel, one.governor or "unknown", "; ".join(pythons), one.git_revision
            )
        )
    return Table("Sessions", ["session", "name", "machine", "kernel", "CPU governor", "Python", "revision"], cells)


def section(data: FigureData, drawn: Sequence[Chart]) -> Section:
    return Section(
        name=data.experiment.name,
        subject=data.subject.partition(", ")[2],
        answers=[*answers(data), *worth(data), *gains(data)],
        table=points_table(data),
        laws=laws_table(rows_of(data.scaling, ScalingRow)),
        charts=report_charts.of(drawn, data.experiment.name),
    )


def page_of(data: CampaignData, drawn: Sequence[Chart], environment: Path) -> Page:
    """The page's content; ``environment`` need not exist."""
    campaign, runs = data.campaign, data.tables["runs"]
    claims = rows_of(data.tables["claims"], ClaimRow) if "claims" in data.tables else []
    warnings = rows_of(data.tables["warnings"], WarningRow)
    took_s = (runs["makespan_s"].fillna(0) + runs["overhead_s"].fillna(0)).sum()
    counted = f"{(runs['status'] == 'ok').sum()} of {len(runs)} runs count, in {campaign.repetitions} blocks"
    kinds = len({warning.warning for warning in warnings})
    return Page(
        campaign=campaign.name,
        title="Python's concurrency models, measured",
        counts=f"{counted}; {duration(took_s)} of measuring.",
        missing=list(missing(data)),
        sections=[section(data.experiment(name), drawn) for name in campaign.experiments],
        claims=claims_table(claims) if claims else None,
        claims_counted=counts(claims) if claims else "",
        claims_charts=report_charts.of(drawn, None, "claims"),
        warnings=warnings_table(warnings),
        warnings_counted=f"There are {len(warnings)} warnings of {kinds} kinds."
        if len(warnings) > 1
        else "There is a warning.",
        left_out=left_out_table(runs),
        chance=chance(data.compared),
        map_charts=[one for kind in ("mixed work", "interpreters") for one in report_charts.of(drawn, None, kind)],
        campaign_charts=report_charts.of(drawn, None, "campaign"),
        blocks=campaign.repetitions,
        seed=campaign.seed,
        margin=campaign.margin,
        nodes=nodes_table(rows_of(data.tables["nodes"], NodeRow)),
        environment=environment_table(environment),
        files=[(name, meaning) for name, meaning in FILES.items() if name != "claims.csv" or claims],
    )


def html(page: Page) -> str:
    """The page as a file that needs no other."""
    templates = Environment(loader=FileSystemLoader(PARTS), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return templates.get_template("report.html.j2").render(
        page=page,
        css=Markup((PARTS / "style.css").read_text(encoding="utf-8")),
        script=Markup((PARTS / "script.js").read_text(encoding="utf-8")),
        tables_css=Markup(read_package_file("html", "dt_bundle.css")),
        tables_js=base64.b64encode(read_package_file("html", "dt_bundle.js").encode()).decode(),
    )


def read(paths: Sequence[Path]) -> Mapping[str, pd.DataFrame]:
    return {path.stem: read_table(path, TABLES[path.stem]) for path in paths}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, type=Path, help="the campaign's config, as JSON")
    parser.add_argument("--tables", required=True, type=Path, nargs="+", metavar="CSV", help="the campaign's tables")
    parser.add_argument("--figures", required=True, type=Path, nargs="+", metavar="FILE", help="its figures, PNG and SVG")
    parser.add_argument("--environment", required=True, type=Path, help="environment.json, where there is one")
    parser.add_argument("--page", required=True, type=Path, help="file to write: report.html, in the folder of the tables")
    arguments = parser.parse_args()
    data = CampaignData(Campaign.read(arguments.config), read(arguments.tables))
    drawn = charts([path for path in arguments.figures if path.suffix == ".svg"], arguments.page)
    write_whole(arguments.page, html(page_of(data, drawn, arguments.environment)))


if __name__ == "__main__":
    main()
