"""Set the look that all figures share, and write numbers as they appear in figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import fill
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.figure import Figure

from concbench.campaign.campaign import CONTROL, Experiment
from concbench.drawing.svg import TIP

WIDTH_IN = 4.8  # printed in a column of 9 cm, the smallest letters are still 5 points high
DPI = 220
MOST_LETTERS = 24  # in a line of a label
MOST_TITLE = 62  # in a line of a title
RATIOS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200)
LEAST_STEP = 1.2  # ratio of two labelled numbers on a logarithmic axis
GREY = "0.35"
LABEL: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "fontsize": 6.5}
LABEL_ON_WHITE = {**LABEL, "bbox": {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.5}, "zorder": 6}
LEGEND: dict[str, Any] = {"ncols": 2, "frameon": False, "fontsize": 6.5, "handletextpad": 0.2}


@dataclass(frozen=True)
class Drawing:
    """A figure and its description, for readers who don't see it."""

    figure: Figure
    description: str

    @property
    def title(self) -> str:
        return str(self.figure.get_suptitle())


def apply() -> None:
    """Set the look: a light grid, colours safe for colour-blind readers, text that stays text in SVG files."""
    sns.set_theme(style="whitegrid", palette="colorblind", context="paper", font_scale=0.9)
    mpl.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "figures",
            "text.parse_math": False,
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
    """Choose a colour for each contender, the same in all figures of a campaign."""
    names = [name for name in experiment.contenders if name != CONTROL]
    few = len(names) <= len(sns.color_palette("colorblind"))
    return dict(zip(names, sns.color_palette("colorblind" if few else "husl", len(names))))


def headed(figure: Figure, title: str, footnote: str = "") -> Figure:
    """Add a title, which states the finding, and a footnote with caveats."""
    lines = [fill(line, MOST_TITLE) for line in title.splitlines()]
    figure.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=9, fontweight="bold")
    figure.text(0.99, -0.02, footnote, ha="right", va="top", fontsize=6, color=GREY)
    return figure


def explain(marks: Collection, texts: Iterable[str]) -> None:
    """Give each mark a text to show under the pointer, in drawing order."""
    marks.set_urls([TIP + text for text in texts])


def ticks(labels: Iterable[str]) -> list[str]:
    """Break long labels of an axis into lines."""
    return ["\n".join(fill(line, MOST_LETTERS) for line in label.splitlines()) for label in labels]


def number_axis(axes: Axes, numbers: Iterable[float]) -> None:
    """Show numbers of workers along a logarithmic axis, and label those that have room."""
    named: list[float] = []
    for number in sorted(set(numbers)):
        if not named or number >= LEAST_STEP * named[-1]:
            named.append(number)
    axes.set_xscale("log", base=2)
    axes.set_xticks(named)
    axes.set_xticks([], minor=True)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")


def ratio_axis(axes: Axes, low: float, high: float) -> None:
    """Show ratios along a logarithmic axis from ``low`` to ``high``, half a dozen of them labelled, 1 among them."""
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    named = [ratio for ratio in RATIOS if low <= ratio <= high]
    step = 1 + len(named) // 6
    axes.set_xticks(named[named.index(1) % step if 1 in named else 0 :: step], minor=False)
    axes.set_xticks([], minor=True)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}×")


def seconds(value: float) -> str:
    return f"{value:.3g} s"


def times(ratio: float) -> str:
    """Write a ratio with two digits: of one near 1 they are those that differ from it, as in 1.05×."""
    if ratio >= 10:
        return f"{ratio:.0f}×"
    return f"{ratio:.3g}×" if 0.9 <= ratio < 1.1 else f"{ratio:.2g}×"
