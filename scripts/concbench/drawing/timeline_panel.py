"""Draw the panels of a timing diagram: a run's rows, its set-up and tear-down, and below them what it used at once.

Each column of pixels shows what share of its time each activity had, so that the ink adds up to the run's times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from concbench.analysis.dataset import FigureData
from concbench.analysis.naming import percent
from concbench.campaign import plugins
from concbench.campaign.campaign import OWN
from concbench.common.formatting import three_digits
from concbench.drawing.columns import Numbers, column_shares, image, outline, paint
from concbench.drawing.style import GREY, Drawing, explain, headed, legend_columns, letters, look, seconds, width_in
from concbench.drawing.timeline import Doing, Span, grouped, rows, spans
from concbench.records.rows import ItemRow
from concbench.records.tables import rows_of

MOST_BANDS = 24  # more cannot be distinguished
ROW_IN = 0.055  # the height of a row
FILLED = 0.86  # of that height; the rest is the gap to the next row
UNDER_IN = 0.22  # of what is drawn under the rows
AROUND_IN = 0.42  # of title and axis
BESIDE_IN = 0.8  # of the width of a panel, which its labels have
TITLE_POINTS = 7
LABEL_POINTS = 6.5
LEGEND_POINTS = 6
MANY_ITEMS = 200  # in a panel, for texts under the pointer: more make an SVG too large for the report
LEAST_SHARE = 0.001  # of a run's time, for what the legend names
OVERHEAD = "set-up and tear-down of pool, loop or sessions"
LEAST_OVERHEAD = 0.005  # of the time axis, for the legend to name it
OVERHEAD_COLOUR = "#b9a3c9"


@dataclass(frozen=True)
class Band:
    """Neighbouring rows that are drawn as one, their mean; a single row where there are few."""

    rows: list[list[ItemRow]]
    floor: float  # on the axis, which counts bands from the top
    row_height: float


@dataclass(frozen=True)
class Panel:
    """One run: its row of runs.csv, its label, and its rows of items."""

    run: pd.Series
    label: str
    rows: list[list[ItemRow]]
    controlled: bool  # whether all waits of its items are known

    @property
    def bands(self) -> list[Band]:
        """The rows in bands; all rows of a panel have the same height, in whatever band they are."""
        found, above = [], 0
        groups = grouped(self.rows, MOST_BANDS)
        room = len(groups) / len(self.rows)  # for a row, and its part of the gap between bands
        for own in groups:
            above += len(own)
            gap = (1 - FILLED) * room * len(own)
            found.append(Band(own, above * room - 0.5 - gap / 2, FILLED * room))
        return found

    @property
    def row_kind(self) -> str:
        """The kind of a row: ``thread``, ``process`` or ``task``."""
        return plugins.model(str(self.run["model"])).items_run_in

    @property
    def makespan_s(self) -> float:
        return float(self.run["makespan_s"])

    @property
    def name(self) -> str:
        """The contender, as sentences name it: ``asyncio (160 workers)``."""
        contender, *more = self.label.splitlines()
        return f"{contender} ({', '.join(more)})" if more else contender

    @property
    def title(self) -> str:
        """The panel's title: ``asyncio, 160 workers: 0.27 s (160 tasks in 24 bands)``."""
        count = len(self.rows)
        kind = self.row_kind if count == 1 else f"{self.row_kind}es" if self.row_kind.endswith("s") else f"{self.row_kind}s"
        at_once = " at once" if self.row_kind == "task" and count > 1 else ""
        rows = f"{count} {kind} in {MOST_BANDS} bands" if count > MOST_BANDS else f"{count} {kind}{at_once}"
        return f"{', '.join(self.label.splitlines())}: {seconds(self.makespan_s)} ({rows})"

    def spans_of(self, row: Sequence[ItemRow]) -> list[Span]:
        return [span for item in row for span in spans(item, self.controlled)]


def panels(data: FigureData) -> list[Panel]:
    """Select the representative run of each contender's fastest number of workers, in the config's order."""
    found = []
    for _, configuration in data.fastest.iterrows():
        items = data.items[data.items["configuration"] == configuration["configuration"]]
        runs = data.runs[
            (data.runs["configuration"] == configuration["configuration"]) & data.runs["block"].isin(items["block"])
        ]
        if len(items) and len(runs):
            computes = not data.experiment.servers and data.experiment.workload != OWN
            controlled = computes or bool(items["received_s"].notna().all())
            found.append(Panel(runs.iloc[0], configuration["label"], rows(rows_of(items, ItemRow)), controlled))
    return found


def text_of(item: ItemRow, controlled: bool) -> str:
    """Describe an item: ``item 7: working 1.2 ms, waiting 89.3 ms``."""
    times_s = times_of(spans(item, controlled))
    parts = [f"{doing.caption.partition(' (')[0]} {three_digits(1e3 * time_s)} ms" for doing, time_s in times_s.items()]
    return f"item {item.item}: {', '.join(parts)}"


def edges_s(axes: Axes) -> Numbers:
    """Return where a panel's columns of pixels begin, and where the last one ends; the figure is laid out."""
    low, high = axes.get_xlim()
    return np.linspace(low, high, pixels_in(axes.get_window_extent().width) + 1)


def pixels_in(length: float) -> int:
    """Return how many pixels a length will have, given what it has before the figure is enlarged."""
    return max(1, round(length * look().enlarged))


def draw_rows(axes: Axes, panel: Panel) -> None:
    """Draw what share of each column's time the rows of each band worked, queued and waited; idle time stays empty."""
    columns, (low, high) = edges_s(axes), axes.get_ylim()
    lines = np.linspace(high, low, pixels_in(axes.get_window_extent().height) + 1)
    pixels = np.zeros((len(lines) - 1, len(columns) - 1, 4))
    for band in panel.bands:
        shares = column_shares((span for row in band.rows for span in panel.spans_of(row)), columns)
        paint(pixels, shares, band.floor, band.row_height, lines)
    axes.imshow(image(pixels), extent=(columns[0], columns[-1], low, high), aspect="auto", interpolation="bilinear", zorder=1)
    for start, end in overhead(panel.run):
        axes.axvspan(start, end, color=OVERHEAD_COLOUR, linewidth=0, zorder=0, snap=False)
    explain_rows(axes, panel)


def explain_rows(axes: Axes, panel: Panel) -> None:
    """Lay an unseen box over each item, which has the item's times as its text under the pointer; none over very many."""
    if sum(map(len, panel.rows)) > MANY_ITEMS:
        return
    boxes, texts = [], []
    for band in panel.bands:
        for place, row in enumerate(reversed(band.rows)):
            low, high = (band.floor - band.row_height * part for part in (place, place + 1))
            for item in row:
                boxes.append([(item.start_s, low), (item.end_s, low), (item.end_s, high), (item.start_s, high)])
                texts.append(text_of(item, panel.controlled))
    unseen = PolyCollection(boxes, facecolors=[(0, 0, 0, 0)], linewidths=0, clip_on=False)
    explain(unseen, texts)
    axes.add_collection(unseen)


def overhead(run: pd.Series) -> list[tuple[float, float]]:
    """Return the times before the first item and after the last one."""
    return [(0.0, run["setup_s"]), (run["makespan_s"] - run["teardown_s"], run["makespan_s"])]


def in_flight(panel: Panel) -> list[Span]:
    """List the times for which the server had requests: they waited in its queue, or for its delay."""
    everything = (span for row in panel.rows for span in panel.spans_of(row))
    return [span for span in everything if span.doing in (Doing.DELAYED, Doing.IN_SERVER_QUEUE)]


def under_label(panel: Panel) -> str:
    """Name what is drawn under a panel's rows, with a number that was measured, if it is known."""
    used, peak = panel.run["cpus_used"], panel.run["peak_in_flight"]
    if in_flight(panel):
        return "requests in\nflight" + (f" (max {peak:.0f})" if pd.notna(peak) else "")
    return f"CPUs used\n(mean {used:.2f})" if pd.notna(used) else "CPUs used\n(unknown)"


def draw_under(axes: Axes, panel: Panel, most_cpus: float) -> None:
    """Draw the requests in flight over time; without a server, the CPUs that the run used on average, as measured.

    When within an item it used a CPU is not known, so nothing is drawn about that.
    """
    requests = in_flight(panel)
    if requests:
        edges, peak = edges_s(axes), panel.run["peak_in_flight"]
        area = outline(np.sum(list(column_shares(requests, edges).values()), axis=0), edges)
        top = float(peak if pd.notna(peak) else area[:, 1].max())
    else:
        area = outline(np.nan_to_num([panel.run["cpus_used"]]), np.array([0.0, panel.makespan_s]))
        top = max(1.0, most_cpus)
    marks = PolyCollection([area], facecolors=GREY, alpha=0.55, linewidths=0)
    marks.set_snap(False)
    axes.add_collection(marks)
    axes.set_ylim(0, 1.15 * top or 1)


def legend(figure: Figure, shown: Sequence[Panel], end_s: float | None) -> None:
    """Explain the colours that can be seen; ``end_s`` is the end of the time axis if the panels share one."""
    present = {doing for panel in shown for doing, share in shares(panel).items() if share > LEAST_SHARE}
    captions = {doing.caption: doing.colour for doing in Doing if doing in present}
    lengths = [max(end - start for start, end in overhead(panel.run)) / (end_s or panel.makespan_s) for panel in shown]
    if max(lengths) > LEAST_OVERHEAD:
        captions[OVERHEAD] = OVERHEAD_COLOUR
    handles = [Patch(color=colour, label=caption) for caption, colour in captions.items()]
    columns = legend_columns(list(captions), LEGEND_POINTS)
    figure.legend(
        handles=handles, loc="outside lower left", ncols=columns, frameon=False, fontsize=LEGEND_POINTS, handlelength=1.2
    )


def lay_out(figure: Figure, shown: Sequence[Panel], one_scale: bool) -> list[tuple[Axes, Axes]]:
    """Make the axes of all panels, empty: a pair for each, one for its rows and one for what is drawn under them.

    They are one above the other, but two side by side where the figure's height is fixed.
    """
    across, heights = panels_across(shown), heights_in(shown)
    grid = figure.subplots(len(heights), across, height_ratios=heights, sharex=one_scale, squeeze=False)
    pairs = [(grid[line, column], grid[line + 1, column]) for line in range(0, len(heights), 2) for column in range(across)]
    for axes in (axes for pair in pairs[len(shown) :] for axes in pair):
        figure.delaxes(axes)
    label_panels(shown, pairs, across)
    label_times(shown, pairs, across, one_scale)
    return pairs[: len(shown)]


def label_panels(shown: Sequence[Panel], pairs: Sequence[tuple[Axes, Axes]], across: int) -> None:
    """Head each panel with its run, make room for its rows, and name both of its parts."""
    for panel, (upper, under) in zip(shown, pairs):
        title = fill(panel.title, letters(TITLE_POINTS, across=across, beside_in=BESIDE_IN))
        upper.set_title(title, fontsize=TITLE_POINTS, loc="left", pad=3, fontweight="normal")
        upper.set_ylim(len(panel.bands) - 0.4, -0.6)
        upper.set_ylabel(panel.row_kind, fontsize=LABEL_POINTS)
        under.set_ylabel(under_label(panel), fontsize=6, rotation=0, ha="right", va="center", labelpad=12)


def label_times(shown: Sequence[Panel], pairs: Sequence[tuple[Axes, Axes]], across: int, one_scale: bool) -> None:
    """Set the time axes, and name them under the lowest panels."""
    longest = max(panel.makespan_s for panel in shown)
    start = "the start of each contender's representative run" if across == 1 else "each run's start"
    scale = f"seconds since {start}{'' if one_scale else ' (separate axes)'}"
    most = letters(LABEL_POINTS, across=across, beside_in=BESIDE_IN)
    for place, (panel, (upper, under)) in enumerate(zip(shown, pairs)):
        end, lowest = longest if one_scale else panel.makespan_s, place + across >= len(shown)
        for axes in (upper, under):
            axes.set_xlim(-0.004 * end, 1.004 * end)
            axes.set_yticks([])
            axes.grid(visible=False, axis="y")
            axes.tick_params(labelsize=6)
        upper.tick_params(labelbottom=False)
        under.tick_params(labelbottom=lowest or not one_scale)
        if lowest:
            under.set_xlabel(fill(scale, most), fontsize=LABEL_POINTS)


def panels_across(shown: Sequence[Panel]) -> int:
    """Return how many panels stand side by side: two on a page whose height is fixed."""
    return 2 if look().height_in and len(shown) > 2 else 1


def heights_in(shown: Sequence[Panel]) -> list[float]:
    """Return the heights of a figure's lines: by turns rows of items, and what is drawn under them."""
    across = panels_across(shown)
    most_bands = [max(len(one.bands) for one in shown[first : first + across]) for first in range(0, len(shown), across)]
    return [height for most in most_bands for height in (AROUND_IN + ROW_IN * max(3, most), UNDER_IN)]


def draw_panels(shown: Sequence[Panel], title: str, one_scale: bool) -> Drawing:
    """Draw the panels on one time axis or with separate ones."""
    scale = "on one time axis" if one_scale else "with separate time axes"
    said = ". ".join(map(in_words, shown)) or "No run counts, or items are too short to be timed"
    description = f"Rows of boxes over time, one panel for each contender, {scale}. {said}."
    height = sum(heights_in(shown)) or 0.5
    figure = plt.figure(figsize=(width_in(), height + 0.9), layout="constrained")
    headed(figure, title)
    if not shown:
        return Drawing(figure, description)
    pairs = lay_out(figure, shown, one_scale)
    legend(figure, shown, max(panel.makespan_s for panel in shown) if one_scale else None)
    figure.draw_without_rendering()  # so that the panels' widths are known
    most_cpus = max((panel.run["cpus_used"] for panel in shown if pd.notna(panel.run["cpus_used"])), default=1.0)
    for panel, (upper, under) in zip(shown, pairs):
        draw_rows(upper, panel)
        draw_under(under, panel, most_cpus)
    return Drawing(figure, description)


def times_of(found: Iterable[Span]) -> dict[Doing, float]:
    """Add up the time that spans spend on each activity, in seconds."""
    times_s: dict[Doing, float] = {}
    for span in found:
        times_s[span.doing] = times_s.get(span.doing, 0.0) + (span.end_s - span.start_s) * (span.high - span.low)
    return {doing: times_s[doing] for doing in Doing if doing in times_s}


def shares(panel: Panel) -> dict[Doing, float]:
    """Return the rows' activities as shares of their total time."""
    had_s = panel.makespan_s * len(panel.rows)
    times_s = times_of(span for row in panel.rows for span in panel.spans_of(row))
    return {doing: times_s.get(doing, 0.0) / had_s for doing in Doing}


def in_words(panel: Panel) -> str:
    """Describe a panel: ``threading, 5 workers: 0.57 s (5 threads): working 12 %, …``."""
    said = [f"{doing.caption} {percent(share)}" for doing, share in shares(panel).items() if share > LEAST_SHARE]
    return f"{panel.title}: {', '.join(said)}"
