"""Draw each contender's runs, and its speed-up over the baseline, here and in the article.

How to read it: on the left, each dot is a run, the bar is the median and the diamond is the best of N, the article's way. On
the right, each filled dot is the speed-up measured here, with its confidence interval, and each ring is the article's.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from concbench.analysis.dataset import FigureData
from concbench.analysis.naming import confidence, times_as_fast
from concbench.common.formatting import three_digits
from concbench.drawing.style import (
    GREY,
    LABEL,
    LABEL_ON_WHITE,
    LEGEND,
    Drawing,
    colours,
    explain,
    headed,
    ratio_axis,
    seconds,
    ticks,
    times,
    width_in,
)
from concbench.records.tables import known
from concbench.stats.verdicts import Verdict

TABLES = ("runs", "summary", "comparisons")
SCOPE = "experiments"
LINE_IN = 0.15  # of a label


def shown_configurations(data: FigureData) -> pd.DataFrame:
    """Select the rows of the summary to show: for each contender, the number of workers with the shortest median."""
    speedup = ["speedup", "speedup_low", "speedup_high", "level", "speedup_limit", "verdict"]
    own = ["configuration", *speedup, "may_be_fastest"]
    best = data.fastest.merge(data.comparisons[own], on="configuration")
    article = data.experiment.article_s
    best["article_speedup"] = article.get(data.experiment.baseline, float("nan")) / best["contender"].map(article)
    return best


def sentence(configurations: pd.DataFrame, data: FigureData) -> str:
    """Write the title, which states the finding."""
    if configurations.empty:
        return f"{data.subject}: nothing measured"
    if data.conditions_vary:
        best = ", each with its best number of workers" if data.experiment.sweeps_workers else ""
        return f"{data.subject}:\nall contenders{best}"
    if len(configurations) == 1:
        return f"{data.subject}:\nonly one contender has runs that count: {configurations['contender'].iloc[0]}"
    fastest = configurations.sort_values("median_s").iloc[0]
    if fastest["contender"] == data.experiment.baseline:
        return f"{data.subject}:\nnone is shown to be faster than {data.experiment.baseline}"
    decided, speedup = fastest["verdict"] == Verdict.FASTER, fastest["speedup"]
    others = configurations[configurations["contender"] != fastest["contender"]]
    alike = int((~others["may_be_fastest"].eq(False)).sum()) if decided else 0
    lead = "fastest" if decided and not alike else "shortest time"
    faster = f", {three_digits(speedup)}× as fast as {data.experiment.baseline}" if pd.notna(speedup) else ""
    remark = "" if decided or pd.isna(speedup) else f" ({fastest['verdict']})"
    tied = f"; {alike} {'other' if alike == 1 else 'others'} may be as fast" if alike else ""
    return f"{data.subject}:\n{lead}: {fastest['contender']}{faster}{remark}{tied}"


def draw_runs(axes: Axes, configurations: pd.DataFrame, data: FigureData) -> None:
    """Draw every run as a dot; above the dots, best-of-N as a diamond and the median as a bar."""
    configurations = configurations.assign(height=range(len(configurations)))
    runs = data.runs.merge(configurations[["configuration", "height"]], on="configuration")
    spread = 0.2 + 0.08 * (runs["block"] % 3 - 1)  # so that equal times show as several dots
    sns.scatterplot(
        x=runs["makespan_s"], y=runs["height"] + spread, hue=runs["contender"], palette=colours(data.experiment), ax=axes, s=14,
        alpha=0.8, linewidth=0, legend=False,
    )  # fmt: skip
    said = zip(runs["contender"], runs["block"], runs["makespan_s"])
    explain(axes.collections[-1], [f"{name}, block {block}: {seconds(makespan_s)}" for name, block, makespan_s in said])
    best_of = f"best of {data.campaign.best_of}"
    above = configurations["height"] - 0.08
    medians = axes.scatter(
        configurations["median_s"], above, marker="|", s=90, color="black", linewidth=1.2, zorder=4, label="median"
    )
    explain(
        medians,
        [f"{name}: median {seconds(value)}" for name, value in zip(configurations["contender"], configurations["median_s"])],
    )
    if configurations["best_of_n_s"].notna().any():
        axes.scatter(
            configurations["best_of_n_s"],
            above,
            marker="D",
            s=14,
            facecolor="white",
            edgecolor="black",
            zorder=5,
            label=best_of,
        )
    for height, median_s in zip(above, configurations["median_s"]):
        axes.annotate(seconds(median_s), (median_s, height), (0, 7), **LABEL)
    axes.set_yticks(configurations["height"], ticks(configurations["label"]))
    axes.set_xlim(left=0, right=1.1 * max(runs["makespan_s"].max(), configurations["median_s"].max()))
    axes.set(xlabel="elapsed time (s)", ylabel="")


def draw_speedups(axes: Axes, configurations: pd.DataFrame, data: FigureData) -> None:
    """Draw the speed-ups over the baseline: ours filled, the article's hollow."""
    heights = range(len(configurations))
    fill = list(configurations["contender"].map(colours(data.experiment)))
    axes.axvline(1, color="black", linewidth=0.8)
    draw_limit(axes, configurations, data)
    here = axes.scatter(configurations["speedup"], heights, s=26, c=fill, zorder=4, label="here")
    explain(here, [in_words(row, data.experiment.baseline) for _, row in configurations.iterrows()])
    if configurations["article_speedup"].notna().any():
        axes.scatter(
            configurations["article_speedup"], heights, s=30, facecolor="none", edgecolor="black", zorder=5, label="article"
        )
    draw_intervals(axes, configurations)
    others = configurations["contender"] != data.experiment.baseline
    for column, above in (("speedup", 6), ("article_speedup", -12)):
        for height, value, other in zip(heights, configurations[column], others):
            if other and pd.notna(value):
                axes.annotate(f"{three_digits(value)}×", (value, height), (0, above), **LABEL_ON_WHITE)
    shown = [value for column in ("speedup", "article_speedup") for value in configurations[column].dropna()]
    low, high = min([0.5, *(0.6 * value for value in shown)]), max([2.7, *(1.8 * value for value in shown)])
    ratio_axis(axes, low, high)
    axes.set(xlabel=f"speed-up over {data.experiment.baseline}\n(log scale)", ylabel="")


def draw_intervals(axes: Axes, configurations: pd.DataFrame) -> None:
    """Draw the confidence intervals of the speed-ups, where there are any."""
    own = configurations.assign(height=range(len(configurations)))
    own = own[own["level"].fillna(0) > 0]
    axes.hlines(own["height"], own["speedup_low"], own["speedup_high"], color=GREY, linewidth=1.2, zorder=3)


def draw_limit(axes: Axes, configurations: pd.DataFrame, data: FigureData) -> None:
    """Draw the limit of CPU-bound work: the machine's effective parallelism, as measured."""
    limit = configurations["speedup_limit"].max()
    if not data.experiment.servers and limit > 1:
        axes.axvline(limit, color=GREY, linewidth=0.9, linestyle="--", label=f"measured limit: {times(limit)}")


def in_words(row: pd.Series, baseline: str) -> str:
    """Describe a configuration: ``asyncio, 160 workers: median 0.27 s, 54.2 times as fast as sync (94 % CI …; faster)``."""
    said = f"{', '.join(row['label'].splitlines())}: median {seconds(row['median_s'])}"
    if known(row["verdict"]) is None or pd.isna(row["speedup"]):
        return said
    interval = confidence(row["speedup_low"], row["speedup_high"], row["level"])
    return f"{said}, {times_as_fast(row['speedup'], baseline)} ({interval}; {row['verdict']})"


def draw(data: FigureData) -> Drawing:
    configurations = shown_configurations(data)
    lines = max((label.count("\n") + 1 for label in configurations["label"]), default=1) if len(configurations) else 1
    height = 1.3 + max(0.42, LINE_IN * lines) * max(1, len(configurations))
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(width_in(), height), sharey=True, width_ratios=(3, 2), layout="constrained"
    )
    headed(figure, sentence(configurations, data), data.footnote)
    if configurations.empty:
        return Drawing(figure, "No run counts.")
    draw_runs(left, configurations, data)
    draw_speedups(right, configurations, data)
    left.set_ylim(len(configurations) - 0.5, -0.5)
    for axes in (left, right):
        axes.grid(visible=False, axis="y")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -1.0 / height), **LEGEND)
    return Drawing(figure, description(configurations, data))


def description(configurations: pd.DataFrame, data: FigureData) -> str:
    """Describe the figure, configuration by configuration, with the article's figures where there are any."""
    said = [in_words(row, data.experiment.baseline) for _, row in configurations.iterrows()]
    article = configurations.dropna(subset=["article_speedup"])
    if len(article):
        ratios = (f"{row['contender']} {times(row['article_speedup'])}" for _, row in article.iterrows())
        said.append(f"In the article: {', '.join(ratios)}")
    return f"The elapsed times of all runs, and the speed-ups over {data.experiment.baseline}. {'. '.join(said)}."
