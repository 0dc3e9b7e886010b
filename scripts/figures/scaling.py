"""Draw CPU scaling: the speed-up over the baseline against the number of workers, and the machine's limits.

How to read it: each dot is a speed-up, each bar its confidence interval. The dotted line is the limit if all CPUs worked at
full speed together. The dashed line is the limit as measured beside each block, and the band its range over the blocks.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from concbench.analysis.dataset import FigureData
from concbench.analysis.naming import called, condition_parts, confidence, times_as_fast
from concbench.analysis.optimum import is_sweep
from concbench.campaign.campaign import EFFECTIVE_PARALLELISM
from concbench.drawing.style import GREY, LABEL_ON_WHITE, Drawing, colours, explain, headed, number_axis, times, width_in
from concbench.records.conditions import by_condition

TABLES = ("runs", "summary", "comparisons", "probes")
SCOPE = "worker sweeps of CPU-bound work"


def parallelisms(data: FigureData) -> pd.DataFrame:
    """Return the machine's effective parallelism and its CPUs, a row for each block."""
    own = data.probes[(data.probes["probe"] == EFFECTIVE_PARALLELISM) & data.probes["value"].notna()]
    return own.pivot_table(values="value", index="block", columns="metric").reindex(columns=[EFFECTIVE_PARALLELISM, "cpus"])


def measured(data: FigureData) -> pd.DataFrame:
    """Select the configurations that have a speed-up, by number of workers."""
    own = data.comparisons.dropna(subset=["speedup", "workers"])
    return own[own["contender"] != data.experiment.baseline].sort_values("workers")


def in_words(configuration: pd.Series) -> str:
    """Describe a mark: ``multiprocessing, 2 workers: 1.8 times as fast as sync (94 % CI 1.7 to 1.9)``."""
    interval = confidence(configuration["speedup_low"], configuration["speedup_high"], configuration["level"])
    workers = f"{configuration['workers']:.0f} worker" + "s" * (configuration["workers"] != 1)
    ratio = times_as_fast(configuration["speedup"], configuration["baseline"])
    return f"{configuration['contender']}, {workers}: {ratio} ({interval})"


def draw_limits(axes: Axes, machine: pd.DataFrame, workers: float) -> None:
    """Draw the limits of the speed-up: the workers, up to the CPUs and up to the measured parallelism."""
    numbers = np.linspace(1, workers, 200)
    cpus = machine["cpus"].max()
    low, median, high = machine[EFFECTIVE_PARALLELISM].clip(upper=cpus).quantile([0, 0.5, 1])
    axes.plot(numbers, np.minimum(numbers, cpus), color=GREY, linewidth=0.8, linestyle=":",
              label=f"theoretical limit: {cpus:.0f} CPUs")  # fmt: skip
    axes.plot(numbers, np.minimum(numbers, median), color=GREY, linewidth=1, linestyle="--",
              label=f"measured limit: {times(median)}")  # fmt: skip
    axes.fill_between(numbers, np.minimum(numbers, low), np.minimum(numbers, high), color=GREY, alpha=0.15, linewidth=0)


def draw_contender(axes: Axes, name: str, configurations: pd.DataFrame, colour: tuple[float, float, float]) -> None:
    """Draw speed-ups with their confidence intervals."""
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
    """Write the title, which states the finding."""
    best = configurations.sort_values("speedup").iloc[-1]
    parallelism = machine[EFFECTIVE_PARALLELISM].clip(upper=machine["cpus"]).median()
    limit = f"; this machine allows {times(parallelism)}" if parallelism > best["speedup"] else ""
    name = called(best["contender"], best["model"], best["workers"])
    return f"{data.subject}: at most {times(best['speedup'])} as fast as {data.experiment.baseline}\n({name}{limit})"


def draw(data: FigureData) -> Drawing:
    configurations, machine = measured(data), parallelisms(data)
    groups = [(condition, own) for condition, own in by_condition(configurations) if is_sweep(own)]
    if not groups:
        said = "one number of workers for each contender" if len(configurations) else "nothing measured"
        return Drawing(
            headed(plt.figure(figsize=(width_in(), 0.5)), f"{data.subject}: {said}"), "No number of workers to compare."
        )
    figure = plt.figure(figsize=(width_in(), 0.5 + 2.6 * len(groups)), layout="constrained")
    headed(
        figure,
        sentence(configurations, machine, data),
        f"{data.footnote}; band: measured limit, lowest to highest of all blocks",
    )
    grid = figure.subplots(len(groups), 1, squeeze=False)
    for axes, (condition, own) in zip(grid[:, 0], groups):
        if len(machine):
            draw_limits(axes, machine, own["workers"].max())
        axes.axhline(1, color="black", linewidth=0.8)
        for name, ours in own.groupby("contender", sort=False):
            draw_contender(axes, str(name), ours, colours(data.experiment)[str(name)])
        number_axis(axes, own["workers"])
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}×")
        axes.set(xlabel="workers (log scale)", ylabel=f"speed-up over {data.experiment.baseline}")
        axes.legend(frameon=False, fontsize=6.5)
        if data.conditions_vary:
            axes.set_title(", ".join(condition_parts(data.campaign, condition, data.conditions_vary)))
    said = ". ".join(in_words(configuration) for _, configuration in configurations.iterrows())
    return Drawing(figure, f"Speed-up against the number of workers, with the machine's effective parallelism. {said}.")
