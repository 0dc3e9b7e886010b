"""Set the look that all figures share, and write numbers as they appear in figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from textwrap import fill
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.figure import Figure

from concbench.campaign.campaign import CONTROL, Experiment
from concbench.drawing.svg import TIP

MM = 1 / 25.4  # in inches
MOST_LETTERS = 24  # in a line of a label
LETTER = 0.5  # the width of a letter on average, as a share of its size in points
BOLD_LETTER = 0.62
TITLE_POINTS = 9
FOOTNOTE_POINTS = 6
HANDLE_LETTERS = 8  # for what a legend draws beside a text, and for the gap to the next
RATIOS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200)
LEAST_STEP = 1.2  # ratio of two labelled numbers on a logarithmic axis
GREY = "0.35"
LABEL: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "fontsize": 6.5}
LABEL_ON_WHITE = {**LABEL, "bbox": {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.5}, "zorder": 6}
LEGEND: dict[str, Any] = {"ncols": 2, "frameon": False, "fontsize": 6.5, "handletextpad": 0.2}


class Style(StrEnum):
    """Say what a figure is for, which decides its size."""

    REPORT = "report"
    PAPER = "paper"
    PAPER_WIDE = "paper-wide"
    SLIDES = "slides"


@dataclass(frozen=True)
class Look:
    """The size and the letters of a style's figures."""

    width_in: float
    dpi: float
    labels: float  # their size, as a multiple of seaborn's for papers
    height_in: float | None = None  # None: as high as the figure needs
    margin_in: float = 0.0  # on each side
    enlarged: float = 1.0  # letters and marks, beyond the sizes that the figures name
    titled: bool = True  # a paper's captions have the titles
    exact: bool = True  # the page has exactly this width; else it is cut to what is drawn


LOOKS = {
    Style.REPORT: Look(4.8, 220, 0.9, exact=False),
    Style.PAPER: Look(88 * MM, 600, 0.72, titled=False),  # journals have columns of 85 to 90 mm
    Style.PAPER_WIDE: Look(178 * MM, 600, 0.8, titled=False),  # and pages of 170 to 180 mm
    Style.SLIDES: Look(160 * MM, 1920.5 / (160 * MM), 0.75, 90 * MM, 4 * MM, enlarged=4 / 3),  # 1920 by 1080 pixels
}


@dataclass(frozen=True)
class Drawing:
    """A figure, and its description for readers who don't see it."""

    figure: Figure
    description: str

    @property
    def title(self) -> str:
        """The figure's title, also where it is not drawn."""
        return str(self.figure.get_label())


_current = [LOOKS[Style.REPORT]]  # a setting of the process, as matplotlib's own are


def apply(style: Style = Style.REPORT) -> None:
    """Set the look: a light grid, colours safe for colour-blind readers, text that stays text in SVG and PDF files."""
    _current[0] = LOOKS[style]
    sns.set_theme(style="whitegrid", palette="colorblind", context="paper", font_scale=look().labels)
    mpl.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "figures",
            "pdf.fonttype": 42,  # TrueType, embedded: journals refuse Type 3
            "text.parse_math": False,
            "figure.dpi": look().dpi,
            "grid.color": "0.9",
            "axes.titlesize": 9,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.spines.right": False,
            "axes.spines.top": False,
        }
    )


def look() -> Look:
    """Return the look of the figures being drawn."""
    return _current[0]


def width_in() -> float:
    """Return the width to draw a figure with; what is enlarged afterwards is drawn smaller."""
    return (look().width_in - 2 * look().margin_in) / look().enlarged


def letters(points: float, letter: float = LETTER, across: int = 1, beside_in: float = 0.0) -> int:
    """Return how many letters of a size fit into the figure's width, or into one of several panels beside their labels."""
    return round(72 * (width_in() / across - beside_in) / (letter * points))


def legend_columns(texts: Sequence[str], points: float, most: int = 2) -> int:
    """Return how many columns of a legend fit into the figure's width."""
    longest = HANDLE_LETTERS + max(map(len, texts), default=0)
    return max(1, min(most, letters(points) // longest))


def colours(experiment: Experiment) -> dict[str, tuple[float, float, float]]:
    """Choose a colour for each contender, the same in all figures of a campaign."""
    names = [name for name in experiment.contenders if name != CONTROL]
    few = len(names) <= len(sns.color_palette("colorblind"))
    return dict(zip(names, sns.color_palette("colorblind" if few else "husl", len(names))))


def headed(figure: Figure, title: str, footnote: str = "") -> Figure:
    """Add a title, which states the finding, and a footnote with caveats."""
    lines = [fill(line, letters(TITLE_POINTS, BOLD_LETTER)) for line in title.splitlines()]
    figure.set_label("\n".join(lines))
    if look().titled:
        figure.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=TITLE_POINTS, fontweight="bold")
    if footnote:
        filled = fill(footnote, letters(FOOTNOTE_POINTS))
        figure.text(0.99, -0.02, filled, ha="right", va="top", fontsize=FOOTNOTE_POINTS, color=GREY)
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
