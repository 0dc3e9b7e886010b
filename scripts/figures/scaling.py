"""CPU scaling: speed-up over one worker against the number of workers, beside what the machine can do in parallel."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from concbench.analysis.dataset import FigureData
from concbench.campaign.campaign import CAPACITY
from concbench.common.formatting import with_interval
from concbench.drawing.style import GREY, LABEL_ON_WHITE, WIDTH_IN, Drawing, colours, explain, headed, number_axis, times
from concbench.records.rows import SETTING

TABLES = "runs summary comparisons probes"
DRAWN_FOR = "CPU-bound"


def capacities(data: FigureData) -> pd.DataFrame:
    """The machine's parallel capacity and its processors, a row for each block."""
    own = data.probes[(data.probes["probe"] == CAPACITY) & data.probes["value"].notna()]
    return own.pivot_table(values="value", index="block", columns="metric").reindex(columns=[CAPACITY, "processors"])


def measured(data: FigureData) -> pd.DataFrame:
    """The points that have a speed-up, by number of workers."""
    own = data.comparisons.dropna(subset=["speedup", "workers"])
    return own[own["contender"] != data.experiment.baseline].sort_values("workers")


def in_words(point: pd.Series) -> str:
    """``multiprocessing, 2 workers: 1.8 [1.7, 1.9] times as fast as sync``"""
    ratio = with_interval(point["speedup"], point["speedup_low"], point["speedup_high"])
    workers = f"{point['workers']:.0f} worker" + "s" * (point["workers"] != 1)
    return f"{point['contender']}, {workers}: {ratio} times as fast as {point['baseline']}"


def draw_limits(axes: Axes, machine: pd.DataFrame, workers: float) -> None:
    """As many times as fast as there are workers, as far as the machine goes: a line, and a band from block to block."""
    numbers = np.linspace(1, workers, 200)
    processors = machine["processors"].max()
    low, median, high = machine[CAPACITY].clip(upper=processors).quantile([0, 0.5, 1])
    axes.plot(numbers, np.minimum(numbers, processors), color=GREY, linewidth=0.8, linestyle=":",
              label=f"{processors:.0f} processors, if each were a whole one")  # fmt: skip
    axes.plot(numbers, np.minimum(numbers, median), color=GREY, linewidth=1, linestyle="--",
              label=f"the machine's parallel capacity, {times(median)}")  # fmt: skip
    axes.fill_between(numbers, np.minimum(numbers, low), np.minimum(numbers, high), color=GREY, alpha=0.15, linewidth=0)


def draw_contender(axes: Axes, name: str, points: pd.DataFrame, colour: tuple[float, float, float]) -> None:
    """Speed-ups with their intervals."""
    gaps = [points["speedup"] - points["speedup_low"], points["speedup_high"] - points["speedup"]]
    axes.errorbar(points["workers"], points["speedup"], yerr=gaps, color=colour, linewidth=1.2, elinewidth=0.9, capsize=2)
    marks = axes.scatter(points["workers"], points["speedup"], s=18, color=colour, linewidth=0, zorder=4, label=name)
    explain(marks, [in_words(point) for _, point in points.iterrows()])
    best = points.sort_values("speedup").iloc[-1]
    axes.annotate(times(best["speedup"]), (best["workers"], best["speedup"]), (0, 7), color=colour, **LABEL_ON_WHITE)


def sentence(points: pd.DataFrame, machine: pd.DataFrame, data: FigureData) -> str:
    """The title: what is seen."""
    if points.empty:
        return f"{data.subject}: nothing measured"
    best = points.sort_values("speedup").iloc[-1]
    capacity = machine[CAPACITY].clip(upper=machine["processors"]).median()
    of = f", of the {times(capacity)} that the machine has" if capacity > best["speedup"] else ""
    return (
        f"{data.subject}: at most {times(best['speedup'])} {data.experiment.baseline}\n"
        f"by {best['contender']} with {best['workers']:.0f} workers{of}"
    )


def draw(data: FigureData) -> Drawing:
    points, machine = measured(data), capacities(data)
    groups = list(points.groupby(list(SETTING), dropna=False, sort=False))
    figure, grid = plt.subplots(
        max(1, len(groups)), 1, figsize=(WIDTH_IN, 0.5 + 2.6 * max(1, len(groups))), squeeze=False, layout="constrained"
    )
    headed(
        figure, sentence(points, machine, data), f"{data.footnote}; the band: from the least capacity of a block to the most"
    )
    for axes, (setting, own) in zip(grid[:, 0], groups):
        if len(machine):
            draw_limits(axes, machine, own["workers"].max())
        axes.axhline(1, color="black", linewidth=0.8)
        for name, ours in own.groupby("contender", sort=False):
            draw_contender(axes, str(name), ours, colours(data.experiment)[str(name)])
        number_axis(axes, own["workers"])
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}×")
        axes.set(xlabel="workers", ylabel=f"times faster than {data.experiment.baseline}")
        axes.legend(frameon=False, fontsize=6.5)
        if data.settings_vary:
            axes.set_title(", ".join(f"{key} {value}" for key, value in zip(SETTING, setting) if key in data.settings_vary))
    said = ". ".join(in_words(point) for _, point in points.iterrows())
    return Drawing(figure, f"Speed-up against the number of workers, beside the machine's parallel capacity. {said}.")
