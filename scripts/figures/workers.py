"""Draw the worker sweep: elapsed time against the number of workers, the lower bound, and each contender's optimum.

How to read it: lines are medians, and bands reach from the fastest run to the slowest. A ring marks the fastest number of
workers. The dashed line is the estimated lower bound. A thin dotted curve is the scaling law, where it fits.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator

from concbench.analysis.dataset import FigureData
from concbench.analysis.naming import condition_parts, confidence, worker_count
from concbench.analysis.optimum import is_sweep, optimum, paired_configurations, swept, workers_in_words
from concbench.analysis.scaling import up_to
from concbench.drawing.style import GREY, LABEL_ON_WHITE, Drawing, colours, explain, headed, number_axis, seconds, width_in
from concbench.records.conditions import CONDITION, Condition, by_condition
from concbench.records.rows import ScalingRow
from concbench.records.tables import rows_of
from concbench.stats.scaling_laws import USL, Fit

TABLES = ("runs", "summary", "comparisons", "scaling")
SCOPE = "worker sweeps"


def sentence(data: FigureData) -> str:
    """Write the title, which states the finding."""
    measured = paired_configurations(data.summary, data.comparisons)
    measured = measured[measured["contender"].isin(swept(data.experiment))]
    if measured.empty:
        return f"{data.subject}: nothing measured"
    if data.conditions_vary:
        return f"{data.subject}: elapsed time by number of workers"
    names = measured["contender"].unique()
    parts = [workers_in_words(name, measured[measured["contender"] == name], data.comparisons) for name in names]
    return "\n".join([f"{data.subject}:", *parts])


def configuration_in_words(configuration: pd.Series) -> str:
    """Describe a configuration: ``40 workers, median 0.42 s (94 % CI 0.4 to 0.45)``."""
    interval = confidence(configuration["median_low_s"], configuration["median_high_s"], configuration["median_level"])
    return f"{worker_count(configuration['workers'])}, median {seconds(configuration['median_s'])} ({interval})"


def draw_contender(
    axes: Axes, name: str, runs: pd.DataFrame, configurations: pd.DataFrame, colour: tuple[float, float, float]
) -> None:
    """Draw a line through the medians, a band from the fastest run to the slowest, and a ring around the optimum."""
    sns.lineplot(
        runs, x="workers", y="makespan_s", estimator="median", errorbar=("pi", 100), color=colour, label=name, ax=axes,
        linewidth=1.2,
    )  # fmt: skip
    medians = axes.scatter(configurations["workers"], configurations["median_s"], s=16, color=colour, linewidth=0, zorder=4)
    explain(medians, [f"{name}: {configuration_in_words(configuration)}" for _, configuration in configurations.iterrows()])
    best = optimum(configurations)
    axes.scatter(best["workers"], best["median_s"], s=70, facecolor="none", edgecolor=colour, linewidth=1.3, zorder=5)
    axes.annotate(
        f"{best['workers']:.0f}: {seconds(best['median_s'])}",
        (best["workers"], best["median_s"]), (0, 9), color=colour, **LABEL_ON_WHITE,
    )  # fmt: skip


def draw_law(axes: Axes, laws: pd.DataFrame, configurations: pd.DataFrame, colour: tuple[float, float, float]) -> None:
    """Draw the law with the most parameters as a thin line, where it fits, and name its best number of workers."""
    own = laws[laws[list(CONDITION)].isin({key: [configurations[key].iloc[0]] for key in CONDITION}).all(axis=1)]
    if own.empty or own["poor"].iloc[-1]:
        return
    law = rows_of(own, ScalingRow)[-1]
    fitted = Fit(law.law, law.one_worker_s or 0.0, law.serial_fraction or 0.0, law.coherency or 0.0, 0.0)
    numbers = np.geomspace(1, configurations["workers"].max(), 100)
    best = f": best {up_to(law.predicted_workers, law)}" if law.law == USL and law.lack_of_fit_p is not None else ""
    makespans_s = [fitted.makespan_s(n) for n in numbers]
    axes.plot(
        numbers, makespans_s, color=colour, linewidth=0.8, linestyle=":", zorder=1, label=f"{law.law}, {law.contender}{best}"
    )


def draw_condition(axes: Axes, data: FigureData, runs: pd.DataFrame, configurations: pd.DataFrame) -> None:
    """Draw one panel: all contenders at one server, interpreter and size."""
    palette = colours(data.experiment)
    for name in swept(data.experiment):
        own = configurations[configurations["contender"] == name]
        if len(own):
            draw_contender(axes, name, runs[runs["contender"] == name], own, palette[name])
        draw_law(axes, data.scaling[data.scaling["contender"] == name], configurations, palette[name])
    is_baseline = (configurations["contender"] == data.experiment.baseline) & ~configurations["contender"].isin(
        swept(data.experiment)
    )
    baseline = configurations[is_baseline]["median_s"]
    lower_bound = configurations.groupby("workers")["lower_bound_s"].median().dropna()
    limit = "delays ÷ workers" if data.experiment.servers else "work ÷ effective parallelism"
    if len(lower_bound):
        axes.plot(
            lower_bound.index, lower_bound, color=GREY, linestyle="--", linewidth=0.9, label=f"lower bound: {limit}", zorder=1
        )
    if len(baseline):
        axes.axhline(baseline.min(), color=GREY, linestyle=":", linewidth=0.9, label=data.experiment.baseline, zorder=1)
    number_axis(axes, configurations["workers"])
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_minor_formatter("")
    axes.set(xlabel="workers: threads, processes or tasks (log scale)", ylabel="elapsed time (s, log scale)")
    axes.legend(frameon=False, fontsize=6.5)


def description(groups: list[tuple[Condition, pd.DataFrame]], data: FigureData) -> str:
    """Describe every swept contender's medians, number by number."""
    said = []
    for condition, configurations in groups:
        for name in swept(data.experiment):
            own = configurations[configurations["contender"] == name].sort_values("workers")
            said.append(
                f"{', '.join([name, *condition_parts(data.campaign, condition, data.conditions_vary)])}: "
                + "; ".join(configuration_in_words(configuration) for _, configuration in own.iterrows())
            )
    return f"Elapsed time against the number of workers, on logarithmic axes. {'. '.join(said)}."


def draw(data: FigureData) -> Drawing:
    measured = data.summary.dropna(subset=["median_s"])
    groups = [(condition, own) for condition, own in by_condition(measured) if is_sweep(own)]
    if not groups:
        return Drawing(headed(plt.figure(figsize=(width_in(), 0.5)), sentence(data)), "No number of workers to compare.")
    figure = plt.figure(figsize=(width_in(), 0.5 + 2.9 * len(groups)), layout="constrained")
    headed(figure, sentence(data), data.footnote + "; band: fastest to slowest run; ring: fastest median")
    axes = figure.subplots(len(groups), 1, squeeze=False)
    for panel, (condition, configurations) in zip(axes[:, 0], groups):
        draw_condition(panel, data, data.runs[data.runs["configuration"].isin(configurations["configuration"])], configurations)
        if data.conditions_vary:
            panel.set_title(", ".join(condition_parts(data.campaign, condition, data.conditions_vary)))
    return Drawing(figure, description(groups, data))
