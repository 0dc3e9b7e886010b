"""What all figures share: their data, their look, and how a point is called in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import pandas as pd
import seaborn as sns

from campaign import CONTROL, Campaign, Experiment
from tables import SETTING

WIDTH_IN = 4.8  # printed in a column of 9 cm, the smallest letters are still 5 points high
DPI = 220
LABEL: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "fontsize": 6.5}
LABEL_ON_WHITE = {**LABEL, "bbox": {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.5}, "zorder": 6}
LEGEND: dict[str, Any] = {"ncols": 2, "frameon": False, "fontsize": 6.5, "handletextpad": 0.2}


@dataclass(frozen=True)
class FigureData:
    """One experiment's rows of the tables, the control's and runs that aren't ``ok`` left out."""

    campaign: Campaign
    experiment: Experiment
    runs: pd.DataFrame
    summary: pd.DataFrame
    comparisons: pd.DataFrame

    @classmethod
    def of(
        cls, campaign: Campaign, experiment: str, runs: pd.DataFrame, summary: pd.DataFrame, comparisons: pd.DataFrame
    ) -> FigureData:
        def own(table: pd.DataFrame) -> pd.DataFrame:
            return table[(table["experiment"] == experiment) & (table["contender"] != CONTROL)].copy()

        counted = own(runs[runs["status"] == "ok"])
        return cls(campaign, campaign.experiments[experiment], counted, own(summary), own(comparisons))

    @property
    def subject(self) -> str:
        """``io, 160 × download``"""
        sizes = " or ".join(str(size) for size in self.experiment.sizes)
        return f"{self.experiment.name}, {sizes} × {self.experiment.workload}"

    @property
    def settings_vary(self) -> list[str]:
        """Which of origin, interpreter and size has more than one value here."""
        return [name for name in SETTING if self.summary[name].nunique() > 1]

    @property
    def footnote(self) -> str:
        """What a reader must know of how the runs came about."""
        notes = [f"{self.summary['n'].sum()} of {self.summary['planned'].sum()} runs"]
        if (self.runs["origin_controlled"] == False).any():  # noqa: E712  (it may be empty)
            notes.append("the origin was not under control")
        return "; ".join(notes)


def apply() -> None:
    """Set the look: light grid, colours safe for colour-blind readers, text that stays text in SVG."""
    sns.set_theme(style="whitegrid", palette="colorblind", context="paper", font_scale=0.9)
    mpl.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "figures",
            "figure.dpi": DPI,
            "grid.color": "0.9",
            "axes.titlesize": 9,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.spines.right": False,
            "axes.spines.top": False,
        }
    )


def colours(experiment: Experiment) -> dict[str, tuple[float, float, float]]:
    """One colour for each contender, the same in all figures of a campaign."""
    names = [name for name in experiment.contenders if name != CONTROL]
    return dict(zip(names, sns.color_palette("colorblind", len(names))))


def seconds(value: float) -> str:
    return f"{value:.3g} s"


def times(ratio: float) -> str:
    return f"{ratio:.2g}×" if ratio < 10 else f"{ratio:.0f}×"
