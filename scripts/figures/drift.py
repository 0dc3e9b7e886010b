"""Noise and drift over the campaign: each run relative to its configuration's median, and the machine to its own."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from concbench.analysis.dataset import CampaignData
from concbench.campaign.campaign import EFFECTIVE_PARALLELISM
from concbench.drawing.style import GREY, WIDTH_IN, Drawing, explain, headed, seconds
from concbench.measured.status import Status

TABLES = ("runs", "probes")
SCOPE = "campaign"
MANY_RUNS = 3000  # whose marks would make an SVG of megabytes


def relative(runs: pd.DataFrame) -> pd.DataFrame:
    """Select the runs that count, with makespan and machine's speed as shares of the medians, in the plan's order."""
    ok = runs[runs["status"] == Status.OK].sort_values("order")
    representative = ok.groupby("configuration")["makespan_s"].transform("median")
    return ok.assign(of_median=ok["makespan_s"] / representative, speed=ok["machine_speed"] / ok["machine_speed"].median())


def draw_runs(axes: Axes, runs: pd.DataFrame) -> None:
    """Draw a dot for each run, by experiment, and the median of each block."""
    sns.scatterplot(runs, x="order", y="of_median", hue="experiment", ax=axes, s=12, linewidth=0, alpha=0.8, legend=len(
        runs["experiment"].unique()) <= 8)  # fmt: skip
    dots = axes.collections[-1]
    if len(runs) > MANY_RUNS:
        dots.set_rasterized(True)
    else:
        said = zip(runs["configuration"], runs["block"], runs["makespan_s"], runs["of_median"])
        explain(dots, [f"{name}, block {block}: {seconds(own)}, {of:.1%} of its median" for name, block, own, of in said])
    for _, block in runs.groupby("block"):
        ends = [block["order"].min(), block["order"].max()]
        axes.plot(ends, [block["of_median"].median()] * 2, color="black", linewidth=1.4, zorder=5)
    if axes.get_legend():
        sns.move_legend(axes, "lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, fontsize=6, title=None,
                        handletextpad=0.1, columnspacing=0.8)  # fmt: skip
    axes.set(xlabel="", ylabel="elapsed time ÷\nits median")


def draw_machine(axes: Axes, runs: pd.DataFrame, probes: pd.DataFrame) -> None:
    """Draw the speed of one CPU beside each run, and the effective parallelism at the middle of each block."""
    axes.scatter(runs["order"], runs["speed"], s=6, color=GREY, alpha=0.7, linewidth=0, label="speed of one CPU",
                 rasterized=len(runs) > MANY_RUNS)  # fmt: skip
    own = probes[(probes["probe"] == EFFECTIVE_PARALLELISM) & (probes["metric"] == EFFECTIVE_PARALLELISM)].dropna(
        subset=["value"]
    )
    parallelism = own.set_index("block")["value"] / own["value"].median()
    middle = runs.groupby("block")["order"].mean().reindex(parallelism.index)
    marks = axes.scatter(middle, parallelism, s=26, marker="s", color="#cc78bc", zorder=4, label="effective parallelism")
    explain(marks, [f"block {block}: {value:.2f} CPUs' worth" for block, value in zip(own["block"], own["value"])])
    axes.legend(loc="lower left", bbox_to_anchor=(0, 0.98), ncols=2, frameon=False, fontsize=6, handletextpad=0.1)
    axes.set(xlabel="place in the campaign's order", ylabel="machine ÷\nits median")


def draw_invocations(axes: Axes, runs: pd.DataFrame) -> None:
    """Draw a line where another invocation of measuring begins."""
    begins = runs["order"][runs["invocation"].ne(runs["invocation"].shift()).fillna(True)].iloc[1:]
    for order in begins:
        axes.axvline(order - 0.5, color="#d55e00", linewidth=0.8, linestyle="--")


def spread(values: pd.Series) -> str:
    """Say how far from their median nine of ten lie at most: ``3.2 %``."""
    return f"{(values - 1).abs().quantile(0.9):.1%}"


def draw(data: CampaignData) -> Drawing:
    runs = relative(data.tables["runs"])
    figure, (upper, lower) = plt.subplots(
        2, 1, figsize=(WIDTH_IN, 3.4), sharex=True, height_ratios=(3, 2), layout="constrained"
    )
    if runs.empty:
        return Drawing(headed(figure, f"{data.campaign.name}: nothing measured"), "No run of the campaign counts.")
    said = f"nine of ten runs lie within {spread(runs['of_median'])} of their configuration's median"
    headed(
        figure, f"{data.campaign.name}, noise and drift:\n{said}",
        f"{len(runs)} of {len(data.tables['runs'])} runs; black: the median of a block; dashed: another invocation begins",
    )  # fmt: skip
    draw_runs(upper, runs)
    draw_machine(lower, runs, data.tables["probes"])
    for axes in (upper, lower):
        axes.axhline(1, color="black", linewidth=0.6)
        draw_invocations(axes, runs)
    medians = ", ".join(f"{block}: {value:.1%}" for block, value in runs.groupby("block")["of_median"].median().items())
    description = (
        f"Every run's elapsed time as a share of its configuration's median, in the order measured: {said}."
        f" Medians of blocks: {medians}. "
        f"Below, the machine's speed: nine of ten within {spread(runs['speed'])} of the median."
    )
    return Drawing(figure, description)
