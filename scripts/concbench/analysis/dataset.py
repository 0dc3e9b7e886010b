"""The data that figures and report are made from: a campaign's tables, whole or one experiment's part of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from concbench.campaign.campaign import CONTROL, Campaign, Experiment
from concbench.measured.status import Status
from concbench.records.conditions import CONDITION, Condition, conditions_that_vary
from concbench.records.rows import ComparedColumns, ComparisonRow, InterpreterRow
from concbench.records.tables import rows_of


@dataclass(frozen=True)
class CampaignData:
    """The tables that a figure asks for, by name, as they were read."""

    campaign: Campaign
    tables: Mapping[str, pd.DataFrame]

    @property
    def compared(self) -> list[ComparedColumns]:
        """All comparisons, within interpreters and across them."""
        rows = rows_of(self.tables["comparisons"], ComparisonRow)
        return [*rows, *rows_of(self.tables["interpreters"], InterpreterRow)]

    def experiment(self, name: str) -> FigureData:
        """Select one experiment's rows, without the control's and runs that aren't ``ok``."""

        def own(table: pd.DataFrame) -> pd.DataFrame:
            return table[(table["experiment"] == name) & (table["contender"] != CONTROL)].copy()

        runs, summary, comparisons = (own(self.tables[table]) for table in ("runs", "summary", "comparisons"))
        scaling, interpreters = (self.tables.get(table, pd.DataFrame()) for table in ("scaling", "interpreters"))
        items, probes, warnings = (self.tables.get(table, pd.DataFrame()) for table in ("items", "probes", "warnings"))
        return FigureData(
            campaign=self.campaign,
            experiment=self.campaign.experiments[name],
            runs=runs[runs["status"] == Status.OK],
            summary=summary,
            comparisons=comparisons,
            scaling=scaling[scaling["experiment"] == name] if len(scaling) else scaling,
            interpreters=interpreters[interpreters["experiment"] == name] if len(interpreters) else interpreters,
            items=items[items["configuration"].isin(summary["configuration"])] if len(items) else items,
            probes=probes,
            warnings=warnings[warnings["experiment"] == name] if len(warnings) else warnings,
        )


@dataclass(frozen=True)
class FigureData:
    """One experiment's rows of the tables; those that the figure doesn't ask for are empty."""

    campaign: Campaign
    experiment: Experiment
    runs: pd.DataFrame
    summary: pd.DataFrame
    comparisons: pd.DataFrame
    scaling: pd.DataFrame
    interpreters: pd.DataFrame
    items: pd.DataFrame
    probes: pd.DataFrame
    warnings: pd.DataFrame

    @property
    def subject(self) -> str:
        """Name the experiment and its work: ``io, 160 × download``."""
        sizes = " or ".join(str(size) for size in self.experiment.sizes)
        return f"{self.experiment.name}, {sizes} × {self.experiment.work}"

    @property
    def conditions_vary(self) -> frozenset[str]:
        """The columns of a condition that have more than one value here."""
        return conditions_that_vary(self.summary)

    @property
    def footnote(self) -> str:
        """Say how many runs there are, and whether the server was under control."""
        notes = [f"{self.summary['n'].sum()} of {self.summary['planned'].sum()} runs"]
        if (self.runs["server_controlled"] == False).any():  # noqa: E712  (it may be empty)
            notes.append("the server was not under control")
        return "; ".join(notes)

    @property
    def fastest(self) -> pd.DataFrame:
        """The measured configurations, with ``label``; of a contender with several numbers of workers the fastest."""
        measured = self.summary.dropna(subset=["median_s"])
        best = measured.loc[measured.groupby([*CONDITION, "contender"], dropna=False, sort=False)["median_s"].idxmin()]
        return best.assign(label=[self.label(row) for _, row in best.iterrows()]).reset_index(drop=True)

    def label(self, row: pd.Series) -> str:
        """Label a configuration: ``threading\\n5 workers``, with the server and so on where there are several."""
        workers = f"\n{row['workers']:.0f} workers" if row["workers"] > 1 else ""
        return "\n".join([f"{row['contender']}{workers}", *Condition.of(row).parts(self.conditions_vary)])
