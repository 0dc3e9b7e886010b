"""The worker sweep: makespan against the number of workers, beside the ideal, with each contender's optimum."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures.style import SETTING, WIDTH_IN, FigureData, colours, seconds


def optimum(points: pd.DataFrame) -> pd.Series:
    """The row of the fastest number of workers, by the median."""
    return points.loc[points["median_s"].idxmin()]


def swept(data: FigureData) -> list[str]:
    """The contenders with several numbers of workers."""
    return [name for name, contender in data.experiment.contenders.items() if name in colours(data.experiment) and len(contender.workers) > 1]


def sentence(data: FigureData) -> str:
    """The title: what is seen."""
    measured = data.summary.dropna(subset=["median_s"])
    measured = measured[measured["contender"].isin(swept(data))]
    if measured.empty:
        return f"{data.subject}: nothing measured"
    best = [(name, int(optimum(points)["workers"])) for name, points in measured.groupby("contender", sort=False)]
    return f"{data.subject}: fastest with\n" + ", ".join(f"{workers} ({name})" for name, workers in best)


def draw_contender(axes: Axes, name: str, runs: pd.DataFrame, points: pd.DataFrame, colour: tuple[float, float, float]) -> None:
    """A line through the medians, a band from the fastest run to the slowest, the optimum ringed."""
    sns.lineplot(
        runs, x="workers", y="makespan_s", estimator="median", errorbar=("pi", 100), marker="o", markersize=4, markeredgewidth=0,
        color=colour, label=name, ax=axes, linewidth=1.2,
    )  # fmt: skip
    best = optimum(points)
    axes.scatter(best["workers"], best["median_s"], s=70, facecolor="none", edgecolor=colour, linewidth=1.3, zorder=5)
    axes.annotate(
        f"{best['workers']:.0f}: {seconds(best['median_s'])}",
        (best["workers"], best["median_s"]), (0, -12), textcoords="offset points", ha="center", fontsize=6.5, color=colour,
    )  # fmt: skip


def draw_setting(axes: Axes, data: FigureData, runs: pd.DataFrame, points: pd.DataFrame) -> None:
    """One panel: all contenders at one origin, interpreter and size."""
    palette = colours(data.experiment)
    for name in swept(data):
        own = points[points["contender"] == name]
        if len(own):
            draw_contender(axes, name, runs[runs["contender"] == name], own, palette[name])
    baseline = points[points["contender"] == data.experiment.baseline]["median_s"]
    if len(baseline):
        counts = sorted(set(points["workers"]))
        ideal = [baseline.min() / count for count in counts]
        label = f"ideal: {data.experiment.baseline} ÷ workers"
        axes.plot(counts, ideal, color="0.35", linestyle="--", linewidth=0.9, label=label, zorder=1)
        axes.axhline(baseline.min(), color="0.35", linestyle=":", linewidth=0.9, label=data.experiment.baseline, zorder=1)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xticks(sorted(set(points["workers"])))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_minor_formatter("")
    axes.set(xlabel="workers: threads, processes or requests in flight", ylabel="makespan (s)")
    axes.legend(frameon=False, fontsize=6.5)


def draw(data: FigureData) -> Figure:
    measured = data.summary.dropna(subset=["median_s"])
    groups = list(measured.groupby(list(SETTING), dropna=False, sort=False))
    panels = max(1, len(groups))
    figure, axes = plt.subplots(panels, 1, figsize=(WIDTH_IN, 0.5 + 2.9 * panels), squeeze=False, layout="constrained")
    figure.suptitle(sentence(data), x=0.01, ha="left", fontsize=9, fontweight="bold")
    for panel, (setting, points) in zip(axes[:, 0], groups):
        chosen = points[[*SETTING, "contender", "workers_asked"]]
        draw_setting(panel, data, data.runs.merge(chosen), points)
        if data.settings_vary:
            panel.set_title(", ".join(f"{key} {value}" for key, value in zip(SETTING, setting) if key in data.settings_vary))
    figure.text(0.99, -0.01, data.footnote + "; bands from the fastest run to the slowest", ha="right", va="top", fontsize=6, color="0.35")
    return figure
