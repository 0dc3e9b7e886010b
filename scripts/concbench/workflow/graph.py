"""What the Snakefile asks of the plan: which runs there are, which files each of them rests on, which figures to draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil
from pathlib import Path

from concbench.campaign import plugins
from concbench.campaign.blocks import records_by_block, settled_records
from concbench.campaign.campaign import MIXED, Campaign, Experiment
from concbench.campaign.fingerprints import probe_path, record_path
from concbench.campaign.plan import ProbeRun, Run, plan, probe_plan
from concbench.environment.node import hands_out, own_block
from concbench.records.rows import TABLES
from concbench.workflow.forecast import Forecast, Forecaster, forecast, measured_makespans

SLACK, LEAST_MINUTES = 3, 10
# What the scripts that make tables and figures import: an edit of these makes them anew.
READERS = (
    *("campaign", "config_file", "diagnosis", "estimates", "intervals", "number_format", "plan", "record_paths"),
    *("run_record", "table_arguments", "tables", "verdicts", "warning_kinds"),
)
MODULES = [f"scripts/{name}.py" for name in READERS]
DRAWN_WITH = ("answers", "compare", "figure_data", "figure_style", "lane_panel", "lanes", "optimum", "svg_text")
DRAWING = [f"scripts/{name}.py" for name in DRAWN_WITH]
SAYING = [f"scripts/{name}.py" for name in ("answers", "compare", "figure_data", "interpreter_gains", "optimum")]
REPORTING = [
    *SAYING,
    *(f"scripts/{name}.py" for name in ("claims_page", "conclude", "report_charts", "svg_text")),
    *(f"scripts/report_page/{name}" for name in ("report.html.j2", "style.css", "script.js")),
]


def runs(campaign: Campaign) -> dict[str, Run]:
    """All planned runs by the paths of their records, which are wildcards in the Snakefile."""
    return {record_path(campaign, run): run for run in plan(campaign) if own_block() in (None, run.block)}


def drawn_for(experiment: Experiment) -> set[str]:
    """For what of an experiment there are figures."""
    kinds = {"experiments"}
    if experiment.sweeps_workers:
        kinds.add("worker sweeps")
    if not experiment.origins and len(experiment.contenders) > 1:
        kinds.add("CPU-bound")
    return kinds


def figures(campaign: Campaign) -> list[str]:
    """All figures of a campaign: each of scripts/figures/ for what it is drawn for."""
    kinds = {name: plugins.plugin("figures", name).drawn_for for name in plugins.names("figures")}
    there = {
        "campaign": True,
        "claims": bool(campaign.claims),
        "interpreters": len(campaign.interpreters) > 1,
        "mixed work": mixes(campaign),
    }
    drawn = [name for name, kind in kinds.items() if there.get(str(kind))]
    for experiment in campaign.experiments.values():
        drawn += [f"{name}-{experiment.name}" for name, kind in kinds.items() if kind in drawn_for(experiment)]
    return [f"results/{campaign.name}/figures/{name}.{ending}" for name in drawn for ending in ("png", "svg")]


def mixes(campaign: Campaign) -> bool:
    """Whether several experiments lie between I/O and CPU, so that there is a map to draw."""
    return sum(one.workload == MIXED for one in campaign.experiments.values()) > 1


def figure_names(*kinds: str) -> list[str]:
    """The figures that are drawn for one of these."""
    return [name for name in plugins.names("figures") if plugins.plugin("figures", name).drawn_for in kinds]


def tables_of(campaign: Campaign, *figures: str) -> list[str]:
    """The tables that some figures are drawn from."""
    names = dict.fromkeys(table for figure in figures for table in plugins.plugin("figures", figure).tables)
    return [f"results/{campaign.name}/{name}.csv" for name in names]


def tables(campaign: Campaign) -> list[str]:
    """All tables of a campaign."""
    return [f"results/{campaign.name}/{name}.csv" for name in TABLES if name != "claims" or campaign.claims]


def ahead(campaign: Campaign, runs: Mapping[str, Run], probes: Mapping[str, ProbeRun]) -> Forecast:
    """What is still to be measured, by its path in the campaign's folder, each with its place and the time it should take."""
    folder = Path("results") / campaign.name
    missing_runs = {path: run for path, run in runs.items() if not (folder / f"runs/{path}.json").exists()}
    missing_probes = {path: probe for path, probe in probes.items() if not (folder / f"probes/{path}.json").exists()}
    if hands_out():  # what a block lacks, and what was measured since it was whole, is measured together
        lacking = {run.block for run in missing_runs.values()} | {probe.block for probe in missing_probes.values()}
        records = {block: own for block, own in records_by_block(runs, probes).items() if block in lacking}
        again = {one for block, own in records.items() for one in set(own) - settled_records(folder, block, own)}
        missing_runs = {path: run for path, run in runs.items() if f"runs/{path}.json" in again}
        missing_probes = {path: probe for path, probe in probes.items() if f"probes/{path}.json" in again}
    known = measured_makespans(folder, runs) if missing_runs and len(missing_runs) < len(runs) else {}
    return forecast(Forecaster(campaign, known), missing_runs, missing_probes, planned=len(runs))


def probes(campaign: Campaign) -> dict[str, ProbeRun]:
    """All planned probes by the paths of their records."""
    return {probe_path(probe): probe for probe in probe_plan(campaign) if own_block() in (None, probe.block)}


def markers(campaign: Campaign, blocks: Mapping[int, str]) -> list[str]:
    """The files that say that the blocks have been measured."""
    return [f"results/{campaign.name}/blocks/{name}.measured" for name in blocks.values()]


def records(campaign: Campaign, kind: str, planned: Iterable[str], blocks: Mapping[int, str]) -> list[str]:
    """What the table of runs or of probes waits for: their records, or where nodes measure them, the markers of all blocks."""
    return markers(campaign, blocks) if hands_out() else [f"results/{campaign.name}/{kind}/{path}.json" for path in planned]


def block_minutes(ahead: Forecast, block: int) -> int:
    """What a node's job may take at most: several times the forecast, since the nodes may be slower than what it rests on."""
    return ceil(SLACK * ahead.by_block_s.get(block, 0.0) / 60) + LEAST_MINUTES


def block_before(campaign: Campaign, blocks: Mapping[int, str], block: int, record: str) -> list[str]:
    """The marker of the block before; none for the first, for a node's only one, and for a record that is there already."""
    folder = Path("results") / campaign.name
    before = [one for one in blocks if one < block]
    if not before or own_block() or (folder / f"{record}.json").exists():
        return []
    return [f"{folder}/blocks/{blocks[max(before)]}.measured"]
