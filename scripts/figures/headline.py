"""The headline: each contender's runs, and how many times faster than the baseline it is, in the article and here."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures.style import LABEL, LABEL_ON_WHITE, LEGEND, WIDTH_IN, FigureData, colours, seconds, times
from tables import SETTING


def shown_points(data: FigureData) -> pd.DataFrame:
    """The rows of the summary to show: of a contender with several numbers of workers, the fastest by the median."""
    measured = data.summary.dropna(subset=["median_s"])
    best = measured.loc[measured.groupby([*SETTING, "contender"], dropna=False, sort=False)["median_s"].idxmin()]
    best = best.merge(data.comparisons[["point", "best_of_n_speedup", "speedup", "speedup_limit", "verdict"]], on="point")
    best["here_speedup"] = best["best_of_n_speedup"] if by_best_of_n(best) else best["speedup"]
    article = data.experiment.article_s
    best["article_speedup"] = article.get(data.experiment.baseline, float("nan")) / best["contender"].map(article)
    best["label"] = [label(row, data.settings_vary) for _, row in best.iterrows()]
    return best


def by_best_of_n(points: pd.DataFrame) -> bool:
    """Whether all have enough runs to be compared by best-of-N, as the article does; else they are by their medians."""
    return bool(points["best_of_n_s"].notna().all())


def label(row: pd.Series, settings: list[str]) -> str:
    """``threading\\n5 workers``"""
    workers = f"\n{row['workers']:.0f} workers" if row["workers"] > 1 else ""
    return str(row["contender"]) + workers + "".join(f"\n{setting} {row[setting]}" for setting in settings)


def sentence(points: pd.DataFrame, data: FigureData) -> str:
    """The title: what is seen."""
    if points.empty:
        return f"{data.subject}: nothing measured"
    if data.settings_vary:
        return f"{data.subject}:\nevery contender's runs"
    fastest = points.sort_values("best_of_n_s" if by_best_of_n(points) else "median_s").iloc[0]
    if fastest["contender"] == data.experiment.baseline:
        return f"{data.subject}:\nnone is faster than {data.experiment.baseline}"
    doubt = "" if fastest["verdict"] == "faster" else f" (verdict: {fastest['verdict']})"
    speedup = fastest["here_speedup"]
    faster = f", {times(speedup)} {data.experiment.baseline}" if pd.notna(speedup) else ""
    return f"{data.subject}:\n{fastest['contender']} is fastest{faster}{doubt}"


def draw_runs(axes: Axes, points: pd.DataFrame, data: FigureData) -> None:
    """Every run a dot; above the dots best-of-N as a diamond and the median as a bar."""
    points = points.assign(height=range(len(points)))
    runs = data.runs.merge(points[["point", "height"]], on="point")
    spread = 0.2 + 0.08 * (runs["block"] % 3 - 1)  # so that equal times show as several dots
    sns.scatterplot(
        x=runs["makespan_s"], y=runs["height"] + spread, hue=runs["contender"], palette=colours(data.experiment), ax=axes, s=14,
        alpha=0.8, linewidth=0, legend=False,
    )  # fmt: skip
    best_of = f"best of {data.campaign.best_of}"
    above = points["height"] - 0.08
    axes.scatter(points["median_s"], above, marker="|", s=90, color="black", linewidth=1.2, zorder=4, label="median")
    axes.scatter(points["best_of_n_s"], above, marker="D", s=14, facecolor="white", edgecolor="black", zorder=5, label=best_of)
    for height, median_s in zip(above, points["median_s"]):
        axes.annotate(seconds(median_s), (median_s, height), (0, 7), **LABEL)
    axes.set_yticks(points["height"], points["label"])
    axes.set_xlim(left=0, right=1.1 * max(runs["makespan_s"].max(), points["median_s"].max()))
    axes.set(xlabel="makespan (s)", ylabel="")


def draw_speedups(axes: Axes, points: pd.DataFrame, data: FigureData) -> None:
    """Times faster than the baseline: ours filled, the article's hollow."""
    heights = range(len(points))
    fill = list(points["contender"].map(colours(data.experiment)))
    axes.axvline(1, color="black", linewidth=0.8)
    draw_limit(axes, points, data)
    axes.scatter(points["here_speedup"], heights, s=26, c=fill, zorder=4, label="here")
    if points["article_speedup"].notna().any():
        axes.scatter(points["article_speedup"], heights, s=30, facecolor="none", edgecolor="black", zorder=5, label="article")
    others = points["contender"] != data.experiment.baseline
    for column, above in (("here_speedup", 6), ("article_speedup", -12)):
        for height, value, other in zip(heights, points[column], others):
            if other and pd.notna(value):
                axes.annotate(times(value), (value, height), (0, above), **LABEL_ON_WHITE)
    shown = [value for column in ("here_speedup", "article_speedup") for value in points[column].dropna()]
    low, high = min([0.5, *(0.6 * value for value in shown)]), max([2.7, *(1.8 * value for value in shown)])
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    ticks = [tick for tick in (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200) if low <= tick <= high]
    axes.set_xticks(ticks[:: 1 + len(ticks) // 5], minor=False)
    axes.set_xticks([], minor=True)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}×")
    by = f"best of {data.campaign.best_of}" if by_best_of_n(points) else "medians"
    axes.set(xlabel=f"times faster than {data.experiment.baseline}\n({by})", ylabel="")


def draw_limit(axes: Axes, points: pd.DataFrame, data: FigureData) -> None:
    """For CPU-bound work the machine's parallel capacity, which is the most that any number of workers can give."""
    limit = points["speedup_limit"].max()
    if not data.experiment.origins and limit > 1:
        axes.axvline(limit, color="0.35", linewidth=0.9, linestyle="--", label=f"machine: {times(limit)}")


def draw(data: FigureData) -> Figure:
    points = shown_points(data)
    height = 1.3 + 0.42 * max(1, len(points))
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(WIDTH_IN, height), sharey=True, width_ratios=(3, 2), layout="constrained"
    )
    figure.suptitle(sentence(points, data), x=0.01, ha="left", fontsize=9, fontweight="bold")
    if points.empty:
        return figure
    draw_runs(left, points, data)
    draw_speedups(right, points, data)
    left.set_ylim(len(points) - 0.5, -0.5)
    for axes in (left, right):
        axes.grid(visible=False, axis="y")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.8 / height - 0.06), **LEGEND)
    figure.text(0.99, -0.02, data.footnote, ha="right", va="top", fontsize=6, color="0.35")
    return figure
