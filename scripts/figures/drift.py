"""Draw noise and drift over the campaign: every run, and the machine's speed beside it, each relative to its median.

How to read it: each dot above is a run, as a multiple of its configuration's median, in the order of measuring. Black lines are
the medians of blocks: where they rise or fall, the machine's speed drifted. Below is the speed of one CPU beside each run, and
the effective parallelism of each block.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from concbench.analysis.dataset import CampaignData
from concbench.analysis.naming import experiment_name, percent
from concbench.campaign.campaign import EFFECTIVE_PARALLELISM
from concbench.drawing.style import GREY, Drawing, explain, headed, legend_columns, seconds, width_in
from concbench.measured.status import Status

TABLES = ("runs", "summary", "probes")
SCOPE = "campaign"
MANY_RUNS = 3000  # more marks make an SVG of megabytes
FEW_EXPERIMENTS = 2  # have room in the title


def relative(runs: pd.DataFrame) -> pd.DataFrame:
    """Select the runs that count, in order, with makespan and CPU speed as multiples of their medians."""
    ok = runs[runs["status"] == Status.OK].sort_values("order")
    representative = ok.groupby("configuration")["makespan_s"].transform("median")
    return ok.assign(of_median=ok["makespan_s"] / representative, speed=ok["machine_speed"] / ok["machine_speed"].median())


def draw_runs(axes: Axes, runs: pd.DataFrame) -> None:
    """Draw a dot for each run, coloured by experiment, and the median of each block."""
    sns.scatterplot(runs, x="order", y="of_median", hue="title", ax=axes, s=12, linewidth=0, alpha=0.8, legend=len(
        runs["experiment"].unique()) <= 8)  # fmt: skip
    dots = axes.collections[-1]
    if len(runs) > MANY_RUNS:
        dots.set_rasterized(True)
    else:
        said = zip(runs["name"], runs["block"], runs["makespan_s"], runs["of_median"])
        explain(dots, [f"{name}, block {block}: {seconds(own)}, {of:.1%} of its median" for name, block, own, of in said])
    for _, block in runs.groupby("block"):
        ends = [block["order"].min(), block["order"].max()]
        axes.plot(ends, [block["of_median"].median()] * 2, color="black", linewidth=1.4, zorder=5)
    if axes.get_legend():
        columns = legend_columns(list(runs["title"].unique()), 6, most=4)
        sns.move_legend(axes, "lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, fontsize=6, title=None,
                        handletextpad=0.1, columnspacing=0.8)  # fmt: skip
    axes.set(xlabel="", ylabel="elapsed time ÷\nmedian")


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
    explain(marks, [f"block {block}: {value:.2f} CPUs at once" for block, value in zip(own["block"], own["value"])])
    axes.legend(loc="lower left", bbox_to_anchor=(0, 0.98), ncols=2, frameon=False, fontsize=6, handletextpad=0.1)
    axes.set(xlabel="order of measuring", ylabel="machine ÷\nmedian")


def later_invocations(runs: pd.DataFrame) -> pd.Series:
    """Return the orders at which another invocation begins."""
    return runs["order"][runs["invocation"].ne(runs["invocation"].shift()).fillna(True)].iloc[1:]


def spread(values: pd.Series) -> str:
    """Write how far from their median 90 % of the values lie at most: ``3.2 %``."""
    return percent(float((values - 1).abs().quantile(0.9)))


def sentence(runs: pd.DataFrame) -> str:
    """Write the finding: for a few experiments the spread of each, else of all runs."""
    by_experiment = {str(title): spread(own["of_median"]) for title, own in runs.groupby("title", sort=False)}
    if len(by_experiment) == 1 or len(by_experiment) > FEW_EXPERIMENTS:
        return f"90 % of the runs lie within {spread(runs['of_median'])} of their median"
    parts = [f"{own} of their median ({title})" for title, own in by_experiment.items()]
    return f"90 % of the runs lie within {' and '.join(parts)}"


def draw(data: CampaignData) -> Drawing:
    runs = relative(data.tables["runs"])
    figure, (upper, lower) = plt.subplots(
        2, 1, figsize=(width_in(), 3.4), sharex=True, height_ratios=(3, 2), layout="constrained"
    )
    if runs.empty:
        return Drawing(
            headed(figure, f"Noise and drift (campaign {data.campaign.name}): nothing measured"),
            "No run of the campaign counts.",
        )
    runs = runs.assign(
        title=[experiment_name(data.campaign, name) for name in runs["experiment"]],
        name=runs["configuration"].map(data.names),
    )
    said, begins = sentence(runs), later_invocations(runs)
    dashed = "; dashed: another invocation begins" if len(begins) else ""
    footnote = f"{len(runs)} of {len(data.tables['runs'])} runs count; black: the median of a block{dashed}"
    headed(figure, f"Noise and drift (campaign {data.campaign.name}):\n{said}", footnote)
    draw_runs(upper, runs)
    draw_machine(lower, runs, data.tables["probes"])
    for axes in (upper, lower):
        axes.axhline(1, color="black", linewidth=0.6)
        for order in begins:
            axes.axvline(order - 0.5, color="#d55e00", linewidth=0.8, linestyle="--")
    medians = ", ".join(f"{block}: {value:.1%}" for block, value in runs.groupby("block")["of_median"].median().items())
    description = (
        f"Every run's elapsed time as a multiple of its configuration's median, in the order of measuring: {said}."
        f" Medians of blocks: {medians}. "
        f"Below, CPU speed: 90 % of the values lie within {spread(runs['speed'])} of the median."
    )
    return Drawing(figure, description)
