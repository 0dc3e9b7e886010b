"""CPU scaling: speed-up over one worker against the number of workers, beside what the machine can do in parallel."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from concbench.analysis.dataset import FigureData
from concbench.campaign.campaign import EFFECTIVE_PARALLELISM
from concbench.common.formatting import with_interval
from concbench.drawing.style import GREY, LABEL_ON_WHITE, WIDTH_IN, Drawing, colours, explain, headed, number_axis, times
from concbench.records.conditions import by_condition

TABLES = ("runs", "summary", "comparisons", "probes")
SCOPE = "CPU-bound"


def parallelisms(data: FigureData) -> pd.DataFrame:
    """Return the machine's effective parallelism and its CPUs, a row for each block."""
    own = data.probes[(data.probes["probe"] == EFFECTIVE_PARALLELISM) & data.probes["value"].notna()]
    return own.pivot_table(values="value", index="block", columns="metric").reindex(columns=[EFFECTIVE_PARALLELISM, "cpus"])


def measured(data: FigureData) -> pd.DataFrame:
    """Select the configurations that have a speed-up, by number of workers."""
    own = data.comparisons.dropna(subset=["speedup", "workers"])
    return own[own["contender"] != data.experiment.baseline].sort_values("workers")


def in_words(configuration: pd.Series) -> str:
    """Say ``multiprocessing, 2 workers: 1.8 [1.7, 1.9] times as fast as sync``"""
    ratio = with_interval(configuration["speedup"], configuration["speedup_low"], configuration["speedup_high"])
    workers = f"{configuration['workers']:.0f} worker" + "s" * (configuration["workers"] != 1)
    return f"{configuration['contender']}, {workers}: {ratio} times as fast as {configuration['baseline']}"


def draw_limits(axes: Axes, machine: pd.DataFrame, workers: float) -> None:
    """Draw the machine's limit: as many times as fast as there are workers, up to its parallelism and its CPUs."""
    numbers = np.linspace(1, workers, 200)
    cpus = machine["cpus"].max()
    low, median, high = machine[EFFECTIVE_PARALLELISM].clip(upper=cpus).quantile([0, 0.5, 1])
    axes.plot(numbers, np.minimum(numbers, cpus), color=GREY, linewidth=0.8, linestyle=":",
              label=f"{cpus:.0f} CPUs, if each were a whole one")  # fmt: skip
    axes.plot(numbers, np.minimum(numbers, median), color=GREY, linewidth=1, linestyle="--",
              label=f"the machine's effective parallelism, {times(median)}")  # fmt: skip
    axes.fill_between(numbers, np.minimum(numbers, low), np.minimum(numbers, high), color=GREY, alpha=0.15, linewidth=0)


def draw_contender(axes: Axes, name: str, configurations: pd.DataFrame, colour: tuple[float, float, float]) -> None:
    """Draw speed-ups with their intervals."""
    gaps = [
        configurations["speedup"] - configurations["speedup_low"],
        configurations["speedup_high"] - configurations["speedup"],
    ]
    axes.errorbar(
        configurations["workers"], configurations["speedup"], yerr=gaps, color=colour, linewidth=1.2, elinewidth=0.9, capsize=2
    )
    marks = axes.scatter(
        configurations["workers"], configurations["speedup"], s=18, color=colour, linewidth=0, zorder=4, label=name
    )
    explain(marks, [in_words(configuration) for _, configuration in configurations.iterrows()])
    best = configurations.sort_values("speedup").iloc[-1]
    axes.annotate(times(best["speedup"]), (best["workers"], best["speedup"]), (0, 7), color=colour, **LABEL_ON_WHITE)


def sentence(configurations: pd.DataFrame, machine: pd.DataFrame, data: FigureData) -> str:
    """Write the title, which says what is seen."""
    if configurations.empty:
        return f"{data.subject}: nothing measured"
    best = configurations.sort_values("speedup").iloc[-1]
    parallelism = machine[EFFECTIVE_PARALLELISM].clip(upper=machine["cpus"]).median()
    of = f", of the {times(parallelism)} that the machine has" if parallelism > best["speedup"] else ""
    return (
        f"{data.subject}: at most {times(best['speedup'])} {data.experiment.baseline}\n"
        f"by {best['contender']} with {best['workers']:.0f} workers{of}"
    )


def draw(data: FigureData) -> Drawing:
    configurations, machine = measured(data), parallelisms(data)
    groups = list(by_condition(configurations))
    figure, grid = plt.subplots(
        max(1, len(groups)), 1, figsize=(WIDTH_IN, 0.5 + 2.6 * max(1, len(groups))), squeeze=False, layout="constrained"
    )
    headed(
        figure,
        sentence(configurations, machine, data),
        f"{data.footnote}; the band: from the least effective parallelism of a block to the most",
    )
    for axes, (condition, own) in zip(grid[:, 0], groups):
        if len(machine):
            draw_limits(axes, machine, own["workers"].max())
        axes.axhline(1, color="black", linewidth=0.8)
        for name, ours in own.groupby("contender", sort=False):
            draw_contender(axes, str(name), ours, colours(data.experiment)[str(name)])
        number_axis(axes, own["workers"])
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}×")
        axes.set(xlabel="workers", ylabel=f"speed-up over {data.experiment.baseline}")
        axes.legend(frameon=False, fontsize=6.5)
        if data.conditions_vary:
            axes.set_title(condition.described(data.conditions_vary))
    said = ". ".join(in_words(configuration) for _, configuration in configurations.iterrows())
    return Drawing(figure, f"Speed-up against the number of workers, beside the machine's effective parallelism. {said}.")
