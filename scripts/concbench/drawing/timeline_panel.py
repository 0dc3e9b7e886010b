"""Draw one run's panel of a timing diagram: its rows, set-up and tear-down, and below them how much happened at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from concbench.analysis.dataset import FigureData
from concbench.analysis.naming import percent
from concbench.campaign import plugins
from concbench.campaign.campaign import OWN
from concbench.drawing.style import GREY, WIDTH_IN, Drawing, explain, headed, seconds
from concbench.drawing.timeline import Doing, Span, level, rows, sampled, spans
from concbench.records.rows import ItemRow
from concbench.records.tables import rows_of

MOST_ROWS = 24  # more cannot be distinguished
ROW_IN = 0.055  # the height of a row
UNDER_IN = 0.22  # of what is drawn under the rows
AROUND_IN = 0.42  # of title and axis
MANY_BOXES = 400  # more make an SVG of megabytes
LEAST_SHARE = 0.001  # of a run's time, for what the legend names
OVERHEAD = "set-up and tear-down of pool, loop or sessions"
LEAST_OVERHEAD = 0.005  # of the time axis, for the legend to name it
OVERHEAD_COLOUR = "#b9a3c9"


@dataclass(frozen=True)
class Panel:
    """One run: its row of runs.csv, its label, and its rows of items."""

    run: pd.Series
    label: str
    rows: list[list[ItemRow]]
    controlled: bool  # whether all waits of its items are known

    @property
    def shown(self) -> list[list[ItemRow]]:
        return sampled(self.rows, MOST_ROWS)

    @property
    def row_kind(self) -> str:
        """The kind of a row: ``thread``, ``process`` or ``task``."""
        return plugins.model(str(self.run["model"])).items_run_in

    @property
    def makespan_s(self) -> float:
        return float(self.run["makespan_s"])

    @property
    def title(self) -> str:
        """The panel's title: ``asyncio, 160 workers: 0.27 s (24 of 160 tasks shown)``."""
        count = len(self.rows)
        kind = self.row_kind if count == 1 else f"{self.row_kind}es" if self.row_kind.endswith("s") else f"{self.row_kind}s"
        at_once = " at once" if self.row_kind == "task" and count > 1 else ""
        rows = f"{len(self.shown)} of {count} {kind} shown" if len(self.shown) < count else f"{count} {kind}{at_once}"
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


def text_of(span: Span, item: ItemRow) -> str:
    return f"item {item.item}: {span.doing.caption}, {(span.end_s - span.start_s) * 1e3:.3g} ms"


def draw_rows(axes: Axes, panel: Panel) -> None:
    """Draw the boxes of each shown row; the dark part of a box is the share of its time spent working."""
    boxes: list[list[tuple[float, float]]] = []
    fill, texts = [], []
    for place, row in enumerate(panel.shown):
        for item in row:
            for span in spans(item, panel.controlled):
                low, high = (place + 0.43 - 0.86 * share for share in (span.low, span.high))
                boxes.append([(span.start_s, low), (span.end_s, low), (span.end_s, high), (span.start_s, high)])
                fill.append(span.doing.colour)
                texts.append(text_of(span, item))
    marks = PolyCollection(boxes, facecolors=fill, linewidths=0, rasterized=len(boxes) > MANY_BOXES)
    marks.set_snap(False)  # whole pixels would hide some boxes narrower than a pixel, and widen others
    if len(boxes) <= MANY_BOXES:
        explain(marks, texts)
    axes.add_collection(marks)
    for start, end in overhead(panel.run):
        axes.axvspan(start, end, color=OVERHEAD_COLOUR, linewidth=0, zorder=0)
    axes.set_ylim(len(panel.shown) - 0.4, -0.6)
    axes.set_yticks([])
    axes.set_ylabel(f"{panel.row_kind}", fontsize=6.5)
    axes.grid(visible=False, axis="y")
    axes.set_title(panel.title, fontsize=7, loc="left", pad=3, fontweight="normal")


def overhead(run: pd.Series) -> list[tuple[float, float]]:
    """Return the times before the first item and after the last one."""
    return [(0.0, run["setup_s"]), (run["makespan_s"] - run["teardown_s"], run["makespan_s"])]


def draw_under(axes: Axes, panel: Panel) -> None:
    """Draw the sum over all rows: requests that the server delays, or CPUs in use."""
    everything = [span for row in panel.rows for span in panel.spans_of(row)]
    downloads = any(span.doing is Doing.DELAYED for span in everything)
    counted = (Doing.DELAYED, Doing.IN_SERVER_QUEUE) if downloads else (Doing.WORKING,)
    moments, heights = level([span for span in everything if span.doing in counted])
    axes.fill_between(moments, heights, step="post", color=GREY, alpha=0.55, linewidth=0)
    top = max(heights)
    axes.set_ylim(0, 1.15 * top or 1)
    axes.set_yticks([top] if top else [], [""] if top else [])
    label = f"requests in\nflight (max {top:.0f})" if downloads else f"CPUs in use\n(mean {panel.run['cpus_used']:.2f})"
    axes.set_ylabel(label, fontsize=6, rotation=0, ha="right", va="center", labelpad=2)
    axes.grid(visible=False, axis="y")


def legend(figure: Figure, shown: Sequence[Panel], ends: Sequence[float]) -> None:
    """Explain the colours that can be seen; ``ends`` are those of the panels' time axes."""
    present = {doing for panel in shown for doing, share in shares(panel).items() if share > LEAST_SHARE}
    captions = {doing.caption: doing.colour for doing in Doing if doing in present}
    lengths = [max(end - start for start, end in overhead(panel.run)) for panel in shown]
    if max(length / end for length, end in zip(lengths, ends)) > LEAST_OVERHEAD:
        captions[OVERHEAD] = OVERHEAD_COLOUR
    handles = [Patch(color=colour, label=caption) for caption, colour in captions.items()]
    figure.legend(handles=handles, loc="outside lower left", ncols=2, frameon=False, fontsize=6, handlelength=1.2)


def draw_panels(shown: Sequence[Panel], title: str, one_scale: bool) -> Drawing:
    """Draw the panels one above the other, on one time axis or with separate ones."""
    scale = "on one time axis" if one_scale else "with separate time axes"
    said = ". ".join(map(in_words, shown)) or "No run counts, or items are too short to be timed"
    description = f"Rows of boxes over time, one panel for each contender, {scale}. {said}."
    heights = [part for panel in shown for part in (AROUND_IN + ROW_IN * max(3, len(panel.shown)), UNDER_IN)] or [0.5]
    figure = plt.figure(figsize=(WIDTH_IN, sum(heights) + 0.9), layout="constrained")
    headed(figure, title)
    if not shown:
        return Drawing(figure, description)
    grid = figure.subplots(2 * len(shown), 1, height_ratios=heights, sharex=one_scale, squeeze=False)[:, 0]
    longest = max(one.makespan_s for one in shown)
    ends = [longest if one_scale else one.makespan_s for one in shown]
    for place, (panel, end) in enumerate(zip(shown, ends)):
        upper, under = grid[2 * place], grid[2 * place + 1]
        draw_rows(upper, panel)
        draw_under(under, panel)
        for axes in (upper, under):
            axes.set_xlim(-0.004 * end, 1.004 * end)
            axes.tick_params(labelsize=6)
        upper.tick_params(labelbottom=False)
        under.tick_params(labelbottom=not one_scale or panel is shown[-1])
    grid[-1].set_xlabel("seconds since the start of each contender's representative run", fontsize=6.5)
    legend(figure, shown, ends)
    return Drawing(figure, description)


def shares(panel: Panel) -> dict[Doing, float]:
    """Return the rows' activities as shares of their total time."""
    had_s = panel.makespan_s * len(panel.rows)
    done = dict.fromkeys(Doing, 0.0)
    for row in panel.rows:
        for span in panel.spans_of(row):
            done[span.doing] += (span.end_s - span.start_s) * (span.high - span.low) / had_s
    return done


def in_words(panel: Panel) -> str:
    """Describe a panel: ``threading, 5 workers: 0.57 s (5 threads): working 12 %, …``."""
    said = [f"{doing.caption} {percent(share)}" for doing, share in shares(panel).items() if share > LEAST_SHARE]
    return f"{panel.title}: {', '.join(said)}"
