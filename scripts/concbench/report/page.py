"""Write report.html, one file: the answer, claims, experiments, warnings, method and environment."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from itables.utils import read_package_file
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from concbench.analysis.dataset import CampaignData, FigureData
from concbench.analysis.more_blocks import measuring_s
from concbench.analysis.naming import experiment_name
from concbench.campaign.campaign import CONTROL
from concbench.campaign.plugins import Scope
from concbench.claims.claim_words import SIGNS, counts
from concbench.common.formatting import duration
from concbench.drawing.timed_runs import timed_runs
from concbench.measured.status import Status
from concbench.records.rows import ClaimRow, NodeRow, ScalingRow, WarningRow
from concbench.records.tables import rows_of
from concbench.report import charts
from concbench.report.advice import Advice, Facts, advice
from concbench.report.answers import Answer, answers, worth
from concbench.report.at_a_glance import Fact, Glance, glance, trust
from concbench.report.charts import Chart
from concbench.report.claim_cards import Card, cards_of
from concbench.report.interpreter_speedups import gains
from concbench.report.page_tables import (
    Table,
    configurations_table,
    environment_table,
    laws_table,
    left_out_table,
    nodes_table,
    warnings_table,
)
from concbench.report.run_timelines import ACTIVITIES, Timeline, timelines
from concbench.report.wording import chance, least_blocks
from concbench.stats.looks import Looks
from concbench.stats.verdicts import ClaimVerdict

PARTS = Path(__file__).parent / "templates"
EXPORT = re.compile(r"\bexport\{[^}]*?([\w$]+) as default[^}]*\};?")
READS = ("templates/*",)  # see campaign/sources.py
PROBE = ["probe", "interpreter", "block"]  # the columns that tell micro-benchmarks apart
CODE = re.compile(r"`([^`]+)`")
UNFOLDED = ("headline", "workers", "timing", "closeup")  # the figures of an experiment that readers need first
MOST_OPEN = 3  # of them; the others are folded
MOST_EXPERIMENTS = 4  # that are not folded
CLAIM_FILES = ("claims.csv", "claims.md", "figures/claims.png")
FILES = {
    "runs.csv": "one row per planned run",
    "summary.csv": "one row per configuration: best, median, spread, lower bound",
    "nodes.csv": "the machine, or the nodes of a cluster, and how they differ",
    "comparisons.csv": "one row per configuration: its speed-up over the baseline, confidence interval and verdict",
    "interpreters.csv": "one row per configuration on another interpreter: its speed-up over the first interpreter",
    "scaling.csv": "scaling laws fitted to worker sweeps",
    "warnings.csv": "caveats and advice",
    "claims.csv": "the verdict on each claim",
    "claims.md": "the claims with their verdicts, as Markdown",
    "figures/claims.png": "all verdicts, and our figures beside the article's, in one picture",
    "probes.csv": "micro-benchmarks",
    "items.csv": "the items of each configuration's representative run",
    "traces/": "those runs as traces, to open in ui.perfetto.dev or chrome://tracing",
    "article.md": "the article's figures beside ours",
    "conclusion.txt": "the summary printed at the end",
    "order.json": "order of the runs in each block",
    "environment.json": "machine, kernel, interpreters and packages of each invocation",
    "config.json": "the campaign's config",
}


@dataclass(frozen=True)
class Section:
    """One experiment's part of the page."""

    name: str  # the experiment's, in addresses
    title: str
    answers: Sequence[Answer]
    table: Table
    laws: Table
    charts: Sequence[Chart]  # those that readers need first
    further: Sequence[Chart]  # the others, which are folded
    timelines: Sequence[Timeline]


@dataclass(frozen=True)
class Page:
    """All content that the template fills in."""

    campaign: str
    title: str
    counts: str
    missing: Sequence[str]
    advice: Sequence[Advice]
    glance: Glance
    trust: Fact
    sections: Sequence[Section]
    folded: bool  # whether each experiment is folded to a line
    claims: Sequence[Card]
    claims_counted: str
    verdicts: Sequence[tuple[ClaimVerdict, str, Sequence[Card]]]  # each with its sign and its claims
    warnings: Table
    left_out: Table
    chance: str
    map_charts: Sequence[Chart]
    campaign_charts: Sequence[Chart]
    blocks: int
    looks: Looks | None
    seed: int  # of the order
    margin: float  # relative
    nodes: Table
    environment: Table
    files: Sequence[tuple[str, str]]


def missing(data: CampaignData) -> Iterator[str]:
    """List what is missing from the page."""
    runs = data.tables["runs"]
    unmeasured, counted = int((runs["status"] == Status.MISSING).sum()), runs["status"] == Status.OK
    if unmeasured == len(runs):
        yield "Nothing has been measured yet. Run the campaign's command."
        return
    if not counted.any():
        yield "No run of this campaign counts, so there is nothing to compare. The reasons are under Warnings."
    elif unmeasured:
        yield f"{unmeasured} of {len(runs)} runs have not been measured yet. Run the campaign's command again to continue."
    blocks, needed = runs["block"][counted].nunique(), least_blocks(data.campaign)
    if 0 < blocks < needed:
        measured = "1 block has runs that count" if blocks == 1 else f"{blocks} blocks have runs that count"
        yield f"Nothing is decided yet: {measured}, and a verdict takes {needed}."
    for (name, contender), own in runs[runs["contender"] != CONTROL].groupby(["experiment", "contender"], sort=False):
        if not (own["status"] == Status.OK).any():
            reasons = ", ".join(own["status"].unique())
            yield f"{data.experiment(str(name)).subject}: no run of {contender} counts ({reasons}), so no figure shows it."
    for experiment in data.campaign.experiments.values():
        if not {*experiment.contenders} - {experiment.baseline, CONTROL} and not experiment.sweeps_workers:
            subject = experiment_name(data.campaign, experiment.name)
            yield f"{subject}: {experiment.baseline} is the only contender, so there is nothing to compare it with."


def section(data: FigureData, drawn: Sequence[Chart], runs: Sequence[Timeline]) -> Section:
    own = charts.of(drawn, data.experiment.name)
    first = [one for figure in UNFOLDED for one in own if one.figure == figure][:MOST_OPEN]
    return Section(
        name=data.experiment.name,
        title=data.subject,
        answers=[*answers(data), *worth(data), *gains(data)],
        table=configurations_table(data),
        laws=laws_table(rows_of(data.scaling, ScalingRow), data),
        charts=first,
        further=[one for one in own if one not in first],
        timelines=runs,
    )


def page_of(data: CampaignData, drawn: Sequence[Chart], environment: Path, facts: Facts) -> Page:
    """Make the page's content; the file ``environment`` need not exist. ``facts`` are those of the user's own files."""
    campaign, runs = data.campaign, data.tables["runs"]
    claims = rows_of(data.tables["claims"], ClaimRow) if "claims" in data.tables else []
    warnings = rows_of(data.tables["warnings"], WarningRow)
    probes = data.tables.get("probes", pd.DataFrame(columns=PROBE))
    blocks = runs["block"].nunique()
    counted = f"{(runs['status'] == Status.OK).sum()} of {len(runs)} runs count, in {blocks} block{'s' if blocks > 1 else ''}"
    advised = [one for name in campaign.experiments for one in advice(data.experiment(name), facts)]
    seen, cards = glance(data), cards_of(claims, data, drawn)
    runs_of = timelines(timed_runs(data))
    return Page(
        campaign=campaign.name,
        title=page_title(claims, advised, seen),
        counts=f"{counted}. Measuring took {duration(measuring_s(runs, len(probes[PROBE].drop_duplicates())))}.",
        missing=list(missing(data)),
        advice=advised,
        glance=seen,
        trust=trust(runs, warnings),
        sections=[section(data.experiment(name), drawn, runs_of.get(name, ())) for name in campaign.experiments],
        folded=bool(claims) or len(campaign.experiments) > MOST_EXPERIMENTS,
        claims=cards,
        claims_counted=counts(claims) if claims else "",
        verdicts=[(verdict, sign, [one for one in cards if one.verdict == verdict]) for verdict, sign in SIGNS.items()],
        warnings=warnings_table(warnings, data),
        left_out=left_out_table(data),
        chance=chance(data.compared, campaign),
        map_charts=[one for kind in (Scope.MIXED_WORK, Scope.INTERPRETERS) for one in charts.of(drawn, None, kind)],
        campaign_charts=charts.of(drawn, None, Scope.CAMPAIGN),
        blocks=blocks,
        looks=campaign.looks,
        seed=campaign.order.seed,
        margin=campaign.margin,
        nodes=nodes_table(rows_of(data.tables["nodes"], NodeRow)),
        environment=environment_table(environment),
        files=[(name, meaning) for name, meaning in FILES.items() if name not in CLAIM_FILES or claims],
    )


def page_title(claims: Sequence[ClaimRow], advised: Sequence[Advice], seen: Glance) -> str:
    """Return the page's title, which states its first finding."""
    if claims:
        return counts(list(claims)).rstrip(".")
    if advised:
        return advised[0].sentences[0].rstrip(".")
    if seen.facts:
        return f"{seen.facts[0].subject}: {seen.facts[0].finding}"
    return "no experiments"


def with_code(text: str) -> Markup:
    """Escape a text, mark up what stands between backticks as code, and keep numbers and per cent signs on one line."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text)).replace(" %", "\N{NO-BREAK SPACE}%")))


def html(page: Page) -> str:
    """Render the page as a file that needs no other."""
    templates = Environment(loader=FileSystemLoader(PARTS), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    scripts = [tables_script(), as_inline(parts("script.js")), as_inline(parts("run_columns.js", "run_timelines.js"))]
    templates.filters["code"] = with_code
    return templates.get_template("report.html.j2").render(
        page=page,
        activities=ACTIVITIES,
        css=Markup(parts("style.css", "run_timelines.css")),
        tables_css=Markup(read_package_file("html", "dt_bundle.css")),
        scripts=list(map(Markup, scripts)),
        policy=policy(scripts),
    )


def parts(*names: str) -> str:
    """Return some files of the templates' folder as one text."""
    return "".join((PARTS / name).read_text(encoding="utf-8") for name in names)


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
