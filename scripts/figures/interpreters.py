"""Interpreters: how many times as fast each contender is on each of them as on the campaign's first one."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from concbench.analysis.dataset import CampaignData, FigureData
from concbench.common.formatting import with_interval
from concbench.drawing.style import GREY, LEGEND, WIDTH_IN, Drawing, explain, headed, ratio_axis, ticks, times
from concbench.records.conditions import Condition
from concbench.stats.verdicts import DECIDED, Verdict

TABLES = ("runs", "summary", "comparisons", "interpreters")
SCOPE = "interpreters"
OPEN = {Verdict.INCONCLUSIVE: "white"}  # how a mark is filled whose verdict leaves it open


def groups(data: CampaignData) -> list[tuple[FigureData, pd.DataFrame]]:
    """Group each experiment's compared configurations by server and size, in the order of the config."""
    found = []
    for name in data.campaign.experiments:
        own = data.experiment(name)
        rows = own.interpreters.dropna(subset=["speedup"])
        found += [(own, group) for _, group in rows.groupby(["server", "size"], sort=False, dropna=False)]
    return found


def heading(data: FigureData, rows: pd.DataFrame) -> str:
    """Head a panel: ``io, 60 × download``, with the server where there are several."""
    condition = Condition.of(rows.iloc[0])
    work = f"{data.experiment.name}, {condition.size} × {data.experiment.work}"
    return condition.appended_to(work, data.conditions_vary & {"server"})


def label(row: pd.Series) -> str:
    return str(row["contender"]) + (f"\n{row['workers']:.0f} workers" if row["workers"] > 1 else "")


def in_words(row: pd.Series) -> str:
    """Say ``threading, 2 workers: on py314 1.1 [1.0, 1.2] times as fast as on default (faster)``"""
    ratio = with_interval(row["speedup"], row["speedup_low"], row["speedup_high"])
    return (
        f"{', '.join(label(row).splitlines())}: on {row['interpreter']} {ratio} times as fast as on"
        f" {row['baseline_interpreter']} ({row['verdict']})"
    )


def draw_group(axes: Axes, rows: pd.DataFrame, names: list[str]) -> None:
    """Draw a line for each contender; on it a mark with its interval for each interpreter, hollow where inconclusive."""
    lines = {text: height for height, text in enumerate(dict.fromkeys(map(label, (row for _, row in rows.iterrows()))))}
    palette = dict(zip(names, sns.color_palette("colorblind" if len(names) <= 10 else "husl", len(names))))
    axes.axvline(1, color="black", linewidth=0.8)
    for place, name in enumerate(names):
        own = rows[rows["interpreter"] == name]
        offset = 0.7 * ((place + 0.5) / len(names) - 0.5)
        heights = [lines[label(row)] + offset for _, row in own.iterrows()]
        axes.hlines(heights, own["speedup_low"], own["speedup_high"], color=palette[name], linewidth=1.1)
        fills = [OPEN.get(verdict, palette[name]) for verdict in own["verdict"]]
        marks = axes.scatter(own["speedup"], heights, s=18, c=fills, edgecolor=palette[name], linewidth=1, zorder=4)
        explain(marks, [in_words(row) for _, row in own.iterrows()])
        axes.scatter([], [], s=18, color=palette[name], label=name)
    axes.set_yticks(range(len(lines)), ticks(lines))
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    ratio_axis(axes, min(0.45, 0.8 * rows["speedup_low"].min()), max(2.3, 1.25 * rows["speedup_high"].max()))
    axes.set(xlabel=f"speed-up over {rows['baseline_interpreter'].iloc[0]}", ylabel="")


def sentence(rows: pd.DataFrame, campaign: str, first: str) -> str:
    """Write the title, which says what is seen."""
    if rows.empty:
        return f"{campaign}: nothing to compare with {first}"
    decided = rows[rows["verdict"].isin(DECIDED)]
    if decided.empty:
        return f"{campaign}: no interpreter can be told from {first}\nyet in any of {len(rows)} comparisons"
    by_gain = decided.sort_values("speedup")
    said = [
        f"at {which} {times(one['speedup'])} ({one['contender']} of {one['experiment']} on {one['interpreter']})"
        for which, one in (("best", by_gain.iloc[-1]), ("worst", by_gain.iloc[0]))
    ]
    return f"{campaign}, as fast as on {first}:\n" + ",\n".join(said)


def draw(data: CampaignData) -> Drawing:
    panels, first = groups(data), next(iter(data.campaign.interpreters))
    rows = pd.concat([rows for _, rows in panels]) if panels else pd.DataFrame(columns=["interpreter"])
    names = [name for name in data.campaign.interpreters if name in set(rows["interpreter"])]
    lines = [len({label(row) for _, row in rows.iterrows()}) for _, rows in panels] or [1]
    heights = [max(0.42, 0.11 * len(names)) * number for number in lines]
    figure, grid = plt.subplots(
        len(lines), 1, figsize=(WIDTH_IN, 1.2 + sum(heights) + 0.6 * len(lines)), squeeze=False, layout="constrained",
        height_ratios=heights,
    )  # fmt: skip
    headed(figure, sentence(rows, data.campaign.name, first), "a bar: the interval; hollow: the verdict is inconclusive")
    for axes, (own, group) in zip(grid[:, 0], panels):
        draw_group(axes, group, names)
        axes.set_title(heading(own, group), color=GREY)
    if panels:
        grid[-1, 0].legend(loc="upper center", bbox_to_anchor=(0.5, -0.5 / heights[-1]), **LEGEND)
    said = ". ".join(in_words(row) for _, row in rows.iterrows())
    return Drawing(figure, f"Each contender on each interpreter beside the same on {first}. {said}.")
