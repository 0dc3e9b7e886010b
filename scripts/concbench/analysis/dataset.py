"""What figures are drawn from: a campaign's tables, whole or one experiment's part of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from concbench.campaign.campaign import CONTROL, Campaign, Experiment
from concbench.records.rows import CONDITION, ComparisonRow, InterpreterRow
from concbench.records.tables import conditions_that_vary, rows_of


@dataclass(frozen=True)
class CampaignData:
    """The tables that a figure asks for, by name, as they were read."""

    campaign: Campaign
    tables: Mapping[str, pd.DataFrame]

    @property
    def compared(self) -> list[ComparisonRow]:
        """All comparisons, within interpreters and across them."""
        rows = rows_of(self.tables["comparisons"], ComparisonRow)
        return [*rows, *rows_of(self.tables["interpreters"], InterpreterRow)]

    def experiment(self, name: str) -> FigureData:
        """One experiment's rows, the control's and runs that aren't ``ok`` left out."""

        def own(table: pd.DataFrame) -> pd.DataFrame:
            return table[(table["experiment"] == name) & (table["contender"] != CONTROL)].copy()

        runs, summary, comparisons = (own(self.tables[table]) for table in ("runs", "summary", "comparisons"))
        scaling, interpreters = (self.tables.get(table, pd.DataFrame()) for table in ("scaling", "interpreters"))
        items, probes = self.tables.get("items", pd.DataFrame()), self.tables.get("probes", pd.DataFrame())
        return FigureData(
            campaign=self.campaign,
            experiment=self.campaign.experiments[name],
            runs=runs[runs["status"] == "ok"],
            summary=summary,
            comparisons=comparisons,
            scaling=scaling[scaling["experiment"] == name] if len(scaling) else scaling,
            interpreters=interpreters[interpreters["experiment"] == name] if len(interpreters) else interpreters,
            items=items[items["configuration"].isin(summary["configuration"])] if len(items) else items,
            probes=probes,
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

    @property
    def subject(self) -> str:
        """``io, 160 × download``"""
        sizes = " or ".join(str(size) for size in self.experiment.sizes)
        return f"{self.experiment.name}, {sizes} × {self.experiment.work}"

    @property
    def conditions_vary(self) -> list[str]:
        """Which of server, interpreter and size has more than one value here."""
        return conditions_that_vary(self.summary)

    @property
    def footnote(self) -> str:
        """What a reader must know of how the runs came about."""
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
        """``threading\\n5 workers``, with the server and so on where there are several"""
        workers = f"\n{row['workers']:.0f} workers" if row["workers"] > 1 else ""
        return str(row["contender"]) + workers + "".join(f"\n{name} {row[name]}" for name in self.conditions_vary)
