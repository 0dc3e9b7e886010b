"""Make the report's tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from concbench.analysis.dataset import CampaignData, FigureData
from concbench.analysis.naming import condition_parts
from concbench.analysis.scaling import optimum_by_law
from concbench.analysis.warning_kinds import CONCERN_ALL_RUNS
from concbench.campaign.titles import interpreter_title
from concbench.common.formatting import three_digits
from concbench.environment.surroundings import known_invocations
from concbench.measured.status import Status
from concbench.records.conditions import CONDITION, Condition
from concbench.records.rows import NodeRow, ScalingRow, WarningRow
from concbench.records.tables import known
from concbench.report.wording import headed
from concbench.stats.interval_words import interval


@dataclass(frozen=True)
class Cell:
    """A cell: its text, and the number by which its column is sorted; None to sort by the text."""

    text: str
    order: float | None = None
    link: str | None = None

    @classmethod
    def of(cls, value: float | None, text: str | None = None) -> Cell:
        """Show a number; an unknown one is a dash, which sorts last."""
        if value is None or pd.isna(value):
            return cls("–", float("inf"))
        return cls(text or three_digits(value), value)


@dataclass(frozen=True)
class Table:
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    further: Collection[str] = ()  # columns that narrow pages and prints leave out


def texts(*values: object) -> list[Cell]:
    return [Cell("–" if known(value) is None else str(value)) for value in values]


@dataclass(frozen=True)
class Column:
    """A column of the table of configurations: its head, and how to make its cell from a row of the tables."""

    head: str
    cell: Callable[[pd.Series], Cell]
    further: bool = False


def configurations_table(data: FigureData) -> Table:
    """List every configuration of an experiment but the A/A control's, with its comparison."""
    own = ["configuration", "baseline", "speedup", "speedup_low", "speedup_high", "level", "verdict", "best_of_n_speedup"]
    rows = data.summary.merge(data.comparisons[own], on="configuration")
    article_s = data.experiment.article_s
    rows["article_speedup"] = article_s.get(data.experiment.baseline, float("nan")) / rows["contender"].map(article_s)
    rows["warned"] = [warning_kinds(configuration, data) for configuration in rows["configuration"]]
    columns = list(configuration_columns(rows, data))
    return Table(
        f"{data.subject}: all configurations, with confidence intervals in brackets",
        [column.head for column in columns],
        [[column.cell(row) for column in columns] for _, row in rows.iterrows()],
        further=[column.head for column in columns if column.further],
    )


def configuration_columns(rows: pd.DataFrame, data: FigureData) -> Iterator[Column]:
    """Yield the columns that these configurations need. Best-of-N stands beside the speed-up, as the article's way."""
    best_of = f"best of {data.campaign.best_of}"
    yield Column("contender", lambda row: Cell(row["contender"]))
    for name in (name for name in CONDITION[1:] if name in data.conditions_vary):
        yield Column(name, partial(condition_cell, name, data))
    yield Column("workers", workers_cell)
    yield Column("runs", lambda row: Cell(f"{row['n']} of {row['planned']}", row["n"]), further=True)
    median = ("median_s", "median_low_s", "median_high_s")
    yield Column(headed("median (s)", rows["median_level"]), partial(estimate, median, "median_level"))
    if rows["node_effect"].notna().any():
        yield Column("one node ÷ another", partial(number, "node_effect"))
    yield Column("lower bound (s)", partial(number, "lower_bound_s"), further=True)
    speedup = ("speedup", "speedup_low", "speedup_high")
    yield Column(headed(f"speed-up over {data.experiment.baseline}", rows["level"]), partial(estimate, speedup, "level"))
    yield Column("verdict", lambda row: Cell(known(row["verdict"]) or "baseline"))
    yield Column(f"speed-up by {best_of}, the article's way", partial(number, "best_of_n_speedup"), further=True)
    if rows["article_speedup"].notna().any():
        yield Column("speed-up in the article", partial(number, "article_speedup"))
    yield Column(f"{best_of} (s)", partial(number, "best_of_n_s"), further=True)
    if (rows["warned"] != "").any():
        yield Column("warnings", lambda row: Cell(row["warned"] or "none"), further=True)


def number(column: str, row: pd.Series) -> Cell:
    return Cell.of(known(row[column]))


def estimate(columns: tuple[str, str, str], level: str, row: pd.Series) -> Cell:
    """Show an estimate with its confidence interval, given their columns and that of the level."""
    value, low, high = (row[column] for column in columns)
    return Cell.of(known(value), interval(known(value), low, high, row[level]))


def workers_cell(row: pd.Series) -> Cell:
    """Show the number of workers; where no run counts, the number or the word that the config has."""
    return Cell.of(row["workers"]) if known(row["workers"]) else Cell(str(row["workers_asked"]), 0)


def condition_cell(column: str, data: FigureData, row: pd.Series) -> Cell:
    value = row[column]
    return texts(interpreter_title(data.campaign, str(value)) if column == "interpreter" else value)[0]


def warning_kinds(configuration: str, data: FigureData) -> str:
    """List the kinds of warning that concern a configuration, or all runs of its experiment; empty if there is none."""
    if data.warnings.empty:
        return ""
    about_all = data.warnings["configuration"].isna() & data.warnings["warning"].isin([kind.title for kind in CONCERN_ALL_RUNS])
    own = data.warnings[(data.warnings["configuration"] == configuration) | about_all]
    return ", ".join(own["warning"].unique())


def fraction(value: float | None, low: float | None, high: float | None, level: float | None) -> str:
    """Write a fraction with its confidence interval, where it has one."""
    return interval(value, low or 0, high or 0, 0 if low is None else level or 0)


def laws_table(rows: list[ScalingRow], data: FigureData) -> Table:
    """List the fits of the scaling laws: their parameters, and the predicted optimum beside the measured one."""
    cells = [
        [
            *texts(row.contender, where(row, data), row.law),
            Cell.of(
                row.serial_fraction,
                fraction(row.serial_fraction, row.serial_fraction_low, row.serial_fraction_high, row.level),
            ),
            Cell.of(row.coherency, fraction(row.coherency, row.coherency_low, row.coherency_high, row.level)),
            Cell(optimum_by_law(row), row.predicted_workers or float("inf")),
            Cell.of(row.measured_workers),
            Cell.of(row.error, f"{row.error:.0%}" + (": a poor fit" if row.poor else "")),
        ]
        for row in rows
    ]
    columns = [
        "contender",
        "condition",
        "law",
        "serial fraction σ",
        "coherency κ",
        "best workers, predicted",
        "best workers, measured",
        "error",
    ]
    return Table("Scaling laws fitted to the sweeps, with confidence intervals in brackets", columns, cells)


def where(row: ScalingRow, data: FigureData) -> str:
    """Name the condition of a fit; a dash where there is one condition alone."""
    condition = Condition(row.experiment, row.server, row.interpreter, row.size)
    return ", ".join(condition_parts(data.campaign, condition, data.conditions_vary)) or "–"


def warnings_table(rows: list[WarningRow], data: CampaignData) -> Table:
    cells = [texts(row.warning, warned_of(row, data), row.message, row.remedy) for row in rows]
    return Table("Warnings", ["warning", "concerns", "finding", "what to do"], cells)


def warned_of(warning: WarningRow, data: CampaignData) -> str:
    """Name the configuration, the experiment or the campaign that a warning concerns."""
    if warning.configuration:
        return data.names[warning.configuration]
    if warning.experiment is None:
        return f"campaign {data.campaign.name}"
    return data.experiment(warning.experiment).subject


def left_out(data: CampaignData) -> pd.DataFrame:
    """Select the runs that don't count, without those of interpreters that are not installed: one warning names them."""
    runs = data.tables["runs"]
    return runs[(runs["status"] != Status.OK) & ~runs["interpreter"].isin(data.absent)]


def left_out_table(data: CampaignData) -> Table:
    """List the runs that don't count, each with its log."""
    names = data.names
    cells = [
        [
            Cell(
                names[run["configuration"]], link=f"logs/runs/{run['record']}.log" if run["status"] != Status.MISSING else None
            ),
            Cell.of(run["block"]),
            *texts(run["status"], run["reason"]),
        ]
        for _, run in left_out(data).iterrows()
    ]
    return Table("Runs that don't count, with their logs", ["run", "block", "status", "reason"], cells)


def nodes_table(rows: list[NodeRow]) -> Table:
    """List the nodes and how they differ; empty where there is only one."""
    cells = [
        [
            *texts(row.node, row.cpu_model),
            *(Cell.of(one) for one in (row.cpus, row.blocks, row.ok)),
            Cell.of(row.machine_speed and row.machine_speed / 1e6),
            Cell.of(row.effective_parallelism),
            Cell.of(row.effect, interval(row.effect, row.effect_low or 0, row.effect_high or 0, row.effect_level or 0)),
        ]
        for row in rows
    ]
    columns = ["node", "CPU", "CPUs", "blocks", "runs that count", "CPU speed (million steps/s)", "effective parallelism"]
    return Table("Nodes", [*columns, "elapsed time ÷ that on all nodes"], cells if len(cells) > 1 else [])


def environment_table(path: Path) -> Table:
    """List the invocations, the last first."""
    cells = []
    for one in reversed(known_invocations(path)):
        pythons = (
            f"{name}: {facts['implementation']} {facts['version']}" if facts else f"{name}: not installed"
            for name, facts in one.interpreters.items()
        )
        memory = f"{one.memory_bytes / 2**30:.0f} GiB"
        quota = f" (a quota of {one.cpu_quota:g})" if one.cpu_quota else ""
        machine = f"{one.cpu_model}, {one.cpus} CPUs{quota}, {memory}"
        cells.append(
            texts(
                one.invocation,
                one.machine,
                machine,
                one.kernel,
                one.governor or "unknown",
                "; ".join(pythons),
                one.git_revision,
            )
        )
    return Table("Invocations", ["invocation", "name", "machine", "kernel", "CPU governor", "Python", "revision"], cells)
