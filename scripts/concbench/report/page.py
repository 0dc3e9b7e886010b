"""Write report.html: the answer, then figures, tables, claims, warnings, method and environment, all in one file."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from itables.utils import read_package_file
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from concbench.analysis.dataset import CampaignData, FigureData
from concbench.campaign.campaign import CONTROL
from concbench.campaign.plugins import Scope
from concbench.claims.claim_words import counts
from concbench.common.formatting import duration
from concbench.measured.status import Status
from concbench.records.rows import ClaimRow, NodeRow, ScalingRow, WarningRow
from concbench.records.tables import rows_of
from concbench.report import charts
from concbench.report.answers import Answer, answers, worth
from concbench.report.charts import Chart
from concbench.report.interpreter_speedups import gains
from concbench.report.page_tables import (
    Table,
    claims_table,
    configurations_table,
    environment_table,
    laws_table,
    left_out_table,
    nodes_table,
    warnings_table,
)
from concbench.report.wording import chance

PARTS = Path(__file__).parent / "templates"
EXPORT = re.compile(r"\bexport\{[^}]*?([\w$]+) as default[^}]*\};?")
READS = ("templates/*",)  # see campaign/sources.py
FILES = {
    "runs.csv": "a row for each planned run",
    "summary.csv": "a row for each configuration: best, median, spread, lower bound",
    "nodes.csv": "the machine, or the nodes of a cluster, and how they differ",
    "comparisons.csv": "a row for each configuration against its baseline: speed-up, interval, verdict",
    "interpreters.csv": "the same of each configuration of another interpreter, against the first one",
    "scaling.csv": "the scaling laws fitted to worker sweeps",
    "warnings.csv": "what to know before quoting a figure",
    "claims.csv": "a verdict on each claim",
    "probes.csv": "small measurements beside the runs",
    "items.csv": "the items of each configuration's representative run",
    "article.md": "the article's figures beside ours",
    "conclusion.txt": "what the campaign ended with on the console",
    "environment.json": "machine, kernel, interpreters and packages of each invocation",
    "config.json": "the campaign's config",
}


@dataclass(frozen=True)
class Section:
    """One experiment's part of the page."""

    name: str
    subject: str
    answers: Sequence[Answer]
    table: Table
    laws: Table
    charts: Sequence[Chart]


@dataclass(frozen=True)
class Page:
    """Everything that the template fills in, but for style and script."""

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


def missing(data: CampaignData) -> Iterator[str]:
    """Say what is missing from the page."""
    runs = data.tables["runs"]
    unmeasured = int((runs["status"] == Status.MISSING).sum())
    if not (runs["status"] == Status.OK).any():
        yield "No run of this campaign counts, so there is nothing to compare. The reasons are below, under Warnings."
    elif unmeasured:
        yield f"{unmeasured} of {len(runs)} runs have not been measured yet: the command that began the campaign goes on there."
    for (name, contender), own in runs[runs["contender"] != CONTROL].groupby(["experiment", "contender"], sort=False):
        if not (own["status"] == Status.OK).any():
            reasons = ", ".join(own["status"].unique())
            yield f"{name}: no run of {contender} counts ({reasons}), so it is in no figure."


def section(data: FigureData, drawn: Sequence[Chart]) -> Section:
    return Section(
        name=data.experiment.name,
        subject=data.subject.partition(", ")[2],
        answers=[*answers(data), *worth(data), *gains(data)],
        table=configurations_table(data),
        laws=laws_table(rows_of(data.scaling, ScalingRow)),
        charts=charts.of(drawn, data.experiment.name),
    )


def page_of(data: CampaignData, drawn: Sequence[Chart], environment: Path) -> Page:
    """Make the page's content; ``environment`` need not exist."""
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
        claims_charts=charts.of(drawn, None, Scope.CLAIMS),
        warnings=warnings_table(warnings),
        warnings_counted=f"There are {len(warnings)} warnings of {kinds} kinds."
        if len(warnings) > 1
        else "There is a warning.",
        left_out=left_out_table(runs),
        chance=chance(data.compared),
        map_charts=[one for kind in (Scope.MIXED_WORK, Scope.INTERPRETERS) for one in charts.of(drawn, None, kind)],
        campaign_charts=charts.of(drawn, None, Scope.CAMPAIGN),
        blocks=campaign.repetitions,
        seed=campaign.seed,
        margin=campaign.margin,
        nodes=nodes_table(rows_of(data.tables["nodes"], NodeRow)),
        environment=environment_table(environment),
        files=[(name, meaning) for name, meaning in FILES.items() if name != "claims.csv" or claims],
    )


def html(page: Page) -> str:
    """Render the page as a file that needs no other."""
    templates = Environment(loader=FileSystemLoader(PARTS), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    scripts = [tables_script(), as_inline((PARTS / "script.js").read_text(encoding="utf-8"))]
    return templates.get_template("report.html.j2").render(
        page=page,
        css=Markup((PARTS / "style.css").read_text(encoding="utf-8")),
        tables_css=Markup(read_package_file("html", "dt_bundle.css")),
        scripts=list(map(Markup, scripts)),
        policy=policy(scripts),
    )


def tables_script() -> str:
    """Return the module DataTables as a script that leaves its default export in the global ``DataTable``."""
    return as_inline(EXPORT.sub(r"globalThis.DataTable=\1;", read_package_file("html", "dt_bundle.js"), count=1))


def as_inline(script: str) -> str:
    """Return a script as it may stand in HTML; browsers make each end of a line a newline before they take its hash."""
    return script.replace("\r\n", "\n").replace("\r", "\n").replace("<!--", r"<\!--").replace("</script", r"<\/script")


def policy(scripts: Sequence[str]) -> str:
    """Return a Content-Security-Policy under which no other script runs and nothing is fetched, whatever a name holds."""
    hashes = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{one}'" for one in hashes)
    rest = "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; script-src {allowed}; {rest}"
