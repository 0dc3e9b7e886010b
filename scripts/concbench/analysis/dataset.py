"""Hold the tables that figures and report are made from: those of a whole campaign, or one experiment's rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from concbench.analysis.naming import condition_parts, configuration_names, contender_parts, experiment_name, titled
from concbench.campaign.campaign import CONTROL, Campaign, Experiment
from concbench.measured.status import Status
from concbench.records.conditions import CONDITION, Condition, conditions_that_vary
from concbench.records.rows import ComparedColumns, ComparisonRow, InterpreterRow
from concbench.records.tables import rows_of

NOT_FOUND = "interpreter not found"  # begins the reason that the runner gives


def absent_interpreters(runs: pd.DataFrame) -> frozenset[str]:
    """Return the interpreters that are not installed: each of their runs was skipped for that reason."""
    not_found = runs["status"].eq(Status.SKIPPED) & runs["reason"].str.startswith(NOT_FOUND).fillna(False)
    absent = not_found.groupby(runs["interpreter"]).all()
    return frozenset(map(str, absent.index[absent]))


@dataclass(frozen=True)
class CampaignData:
    """A campaign's tables by name: those that its reader asks for. With the runs, its interpreters have titles."""

    campaign: Campaign
    tables: Mapping[str, pd.DataFrame]

    def __post_init__(self) -> None:
        if "runs" in self.tables:
            object.__setattr__(self, "campaign", titled(self.campaign, self.tables["runs"]))

    @property
    def compared(self) -> list[ComparedColumns]:
        """All comparisons, within interpreters and between them."""
        rows = rows_of(self.tables["comparisons"], ComparisonRow)
        return [*rows, *rows_of(self.tables["interpreters"], InterpreterRow)]

    @property
    def names(self) -> dict[str, str]:
        """The names of all configurations, by their ids."""
        return configuration_names(self.campaign, self.tables["summary"])

    @property
    def absent(self) -> frozenset[str]:
        """The interpreters that are not installed."""
        return absent_interpreters(self.tables["runs"]) if "runs" in self.tables else frozenset()

    def experiment(self, name: str) -> FigureData:
        """Select one experiment's rows, without runs that don't count; the A/A control's are in ``controls`` alone."""

        def own(table: pd.DataFrame) -> pd.DataFrame:
            return table[(table["experiment"] == name) & (table["contender"] != CONTROL)].copy()

        runs, summary, comparisons = (own(self.tables[table]) for table in ("runs", "summary", "comparisons"))
        scaling, interpreters = (self.tables.get(table, pd.DataFrame()) for table in ("scaling", "interpreters"))
        items, probes, warnings = (self.tables.get(table, pd.DataFrame()) for table in ("items", "probes", "warnings"))
        compared = self.tables["comparisons"]
        return FigureData(
            campaign=self.campaign,
            experiment=self.campaign.experiments[name],
            runs=runs[runs["status"] == Status.OK],
            summary=summary,
            comparisons=comparisons,
            controls=compared[(compared["experiment"] == name) & (compared["contender"] == CONTROL)],
            scaling=scaling[scaling["experiment"] == name] if len(scaling) else scaling,
            interpreters=interpreters[interpreters["experiment"] == name] if len(interpreters) else interpreters,
            items=items[items["configuration"].isin(summary["configuration"])] if len(items) else items,
            probes=probes,
            warnings=warnings[warnings["experiment"] == name] if len(warnings) else warnings,
            absent=self.absent,
        )


@dataclass(frozen=True)
class FigureData:
    """One experiment's rows of the tables; tables that the reader doesn't ask for are empty."""

    campaign: Campaign
    experiment: Experiment
    runs: pd.DataFrame
    summary: pd.DataFrame
    comparisons: pd.DataFrame
    controls: pd.DataFrame  # rows of comparisons.csv
    scaling: pd.DataFrame
    interpreters: pd.DataFrame
    items: pd.DataFrame
    probes: pd.DataFrame
    warnings: pd.DataFrame
    absent: frozenset[str]  # the interpreters that are not installed

    @property
    def subject(self) -> str:
        """The experiment's title: ``160 downloads``."""
        return experiment_name(self.campaign, self.experiment.name)

    @property
    def conditions_vary(self) -> frozenset[str]:
        """The columns of a condition that have more than one value here."""
        return conditions_that_vary(self.summary)

    @property
    def footnote(self) -> str:
        """Count the runs that count, and name a server that isn't ours."""
        notes = [f"{self.summary['n'].sum()} of {self.summary['planned'].sum()} runs count"]
        if (self.runs["server_controlled"] == False).any():  # noqa: E712  (it may be empty)
            notes.append("real addresses: their delays are not known")
        return "; ".join(notes)

    @property
    def fastest(self) -> pd.DataFrame:
        """The measured configurations, each with its ``label``; for a sweep, the fastest number of workers."""
        measured = self.summary.dropna(subset=["median_s"])
        best = measured.loc[measured.groupby([*CONDITION, "contender"], dropna=False, sort=False)["median_s"].idxmin()]
        return best.assign(label=[self.label(row) for _, row in best.iterrows()]).reset_index(drop=True)

    def label(self, row: pd.Series) -> str:
        """Label a configuration: ``threading\\n5 workers``, and below it the parts of its condition that vary."""
        named = contender_parts(row["contender"], row["model"], row["workers"])
        parts = condition_parts(self.campaign, Condition.of(row), self.conditions_vary)
        return "\n".join([*named, *parts])
