"""The worker sweep: makespan against the number of workers, beside the ideal, with each contender's optimum."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from compare import log_makespans, ratio
from figures.style import LABEL_ON_WHITE, WIDTH_IN, FigureData, colours, seconds
from tables import SETTING
from warning_kinds import Kind


def optimum(points: pd.DataFrame) -> pd.Series:
    """The row of the fastest number of workers, by the median."""
    return points.sort_values("median_s").iloc[0]


def swept(data: FigureData) -> list[str]:
    """The contenders with several numbers of workers."""
    return [
        name
        for name, contender in data.experiment.contenders.items()
        if name in colours(data.experiment) and len(contender.workers) > 1
    ]


def as_good(points: pd.DataFrame, runs: pd.DataFrame) -> list[int]:
    """The numbers of workers next to the optimum that are not slower than it, as far as the blocks can tell, and itself."""
    points = points.sort_values("workers").reset_index(drop=True)
    first = last = int(points["median_s"].to_numpy().argmin())
    makespans = log_makespans(runs)
    slowdowns = [ratio(makespans[point], makespans[points["point"][first]]).interval for point in points["point"]]
    alike = [found is not None and found.low <= 1 for found in slowdowns]
    while first > 0 and alike[first - 1]:
        first -= 1
    while last + 1 < len(points) and alike[last + 1]:
        last += 1
    return [int(workers) for workers in points["workers"][first : last + 1]]


def optimum_in_words(name: str, points: pd.DataFrame, runs: pd.DataFrame) -> str:
    """``threading with 40 to 160``"""
    good = as_good(points, runs)
    if len(good) == len(points):
        return f"{name} alike with any"
    return f"{name} with {good[0]}" + (f" to {good[-1]}" if len(good) > 1 else "")


def sentence(data: FigureData) -> str:
    """The title: what is seen."""
    measured = data.summary.dropna(subset=["median_s"])
    apart = data.comparisons["warnings"].str.contains(Kind.UNPAIRED.title, na=False)
    left_out = measured["point"].isin(data.comparisons[apart]["point"])  # measured in other sessions than the rest
    measured = measured[measured["contender"].isin(swept(data)) & ~left_out]
    if measured.empty:
        return f"{data.subject}: nothing measured"
    if data.settings_vary:
        return f"{data.subject}: makespan against workers"
    names = measured["contender"].unique()
    parts = [optimum_in_words(name, measured[measured["contender"] == name], data.runs) for name in names]
    return f"{data.subject}, fastest number of workers:\n" + ", ".join(parts)


def draw_contender(axes: Axes, name: str, runs: pd.DataFrame, points: pd.DataFrame, colour: tuple[float, float, float]) -> None:
    """A line through the medians, a band from the fastest run to the slowest, the optimum ringed."""
    sns.lineplot(
        runs, x="workers", y="makespan_s", estimator="median", errorbar=("pi", 100), color=colour, label=name, ax=axes,
        linewidth=1.2, marker="o", markersize=4, markeredgewidth=0,
    )  # fmt: skip
    best = optimum(points)
    axes.scatter(best["workers"], best["median_s"], s=70, facecolor="none", edgecolor=colour, linewidth=1.3, zorder=5)
    axes.annotate(
        f"{best['workers']:.0f}: {seconds(best['median_s'])}",
        (best["workers"], best["median_s"]), (0, 9), color=colour, **LABEL_ON_WHITE,
    )  # fmt: skip


def draw_setting(axes: Axes, data: FigureData, runs: pd.DataFrame, points: pd.DataFrame) -> None:
    """One panel: all contenders at one origin, interpreter and size."""
    palette = colours(data.experiment)
    for name in swept(data):
        own = points[points["contender"] == name]
        if len(own):
            draw_contender(axes, name, runs[runs["contender"] == name], own, palette[name])
    is_baseline = (points["contender"] == data.experiment.baseline) & ~points["contender"].isin(swept(data))
    baseline = points[is_baseline]["median_s"]
    ideal = points.groupby("workers")["ideal_s"].median().dropna()
    limit = "waits ÷ workers" if data.experiment.origins else "shared by the machine's parallel capacity"
    axes.plot(ideal.index, ideal, color="0.35", linestyle="--", linewidth=0.9, label=f"ideal: {limit}", zorder=1)
    if len(baseline):
        axes.axhline(baseline.min(), color="0.35", linestyle=":", linewidth=0.9, label=data.experiment.baseline, zorder=1)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xticks(sorted(set(points["workers"])))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
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
        draw_setting(panel, data, data.runs[data.runs["point"].isin(points["point"])], points)
        if data.settings_vary:
            panel.set_title(", ".join(f"{key} {value}" for key, value in zip(SETTING, setting) if key in data.settings_vary))
    figure.text(
        0.99,
        -0.01,
        data.footnote + "; bands from the fastest run to the slowest",
        ha="right",
        va="top",
        fontsize=6,
        color="0.35",
    )
    return figure
