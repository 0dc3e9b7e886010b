"""Draw each contender's speed-up on other interpreters over the campaign's first one.

How to read it: each dot is the speed-up of one contender on one interpreter, each bar its confidence interval. Right of 1×, it
is faster than on the first interpreter. A hollow dot is inconclusive. Contenders that the first one lacks are not shown.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from concbench.analysis.dataset import CampaignData, FigureData
from concbench.analysis.naming import condition_name, confidence, contender_parts, experiment_name, times_as_fast
from concbench.campaign.campaign import Campaign
from concbench.campaign.titles import interpreter_title
from concbench.drawing.style import GREY, LEGEND, Drawing, explain, headed, ratio_axis, ticks, times, width_in
from concbench.records.conditions import Condition
from concbench.stats.verdicts import DECIDED, Verdict

TABLES = ("runs", "summary", "comparisons", "interpreters")
SCOPE = "interpreters"
OPEN = {Verdict.INCONCLUSIVE: "white"}  # the fill of such a mark


def groups(data: CampaignData) -> list[tuple[FigureData, pd.DataFrame]]:
    """Group each experiment's compared configurations by server and size, in the order of the config."""
    found = []
    for name in data.campaign.experiments:
        own = data.experiment(name)
        rows = own.interpreters.dropna(subset=["speedup"])
        found += [(own, group) for _, group in rows.groupby(["server", "size"], sort=False, dropna=False)]
    return found


def heading(data: FigureData, rows: pd.DataFrame) -> str:
    """Head a panel: ``160 downloads``, with size and server where there are several."""
    return condition_name(data.campaign, Condition.of(rows.iloc[0]), data.conditions_vary - {"interpreter"})


def label(row: pd.Series) -> str:
    return "\n".join(contender_parts(row["contender"], row["model"], row["workers"]))


def in_words(row: pd.Series, campaign: Campaign) -> str:
    """Describe a mark: ``threading, 2 workers: on PyPy 7.3 1.1 times as fast as on CPython 3.11.7 (94 % CI …; faster)``."""
    here, there = (interpreter_title(campaign, row[name]) for name in ("interpreter", "baseline_interpreter"))
    interval = confidence(row["speedup_low"], row["speedup_high"], row["level"])
    ratio = f"{times_as_fast(row['speedup'], f'on {there}')} ({interval}; {row['verdict']})"
    return f"{', '.join(label(row).splitlines())}: on {here} {ratio}"


def draw_group(axes: Axes, rows: pd.DataFrame, names: list[str], campaign: Campaign) -> None:
    """Draw a line for each contender, and on it a mark and a confidence interval for each interpreter."""
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
        explain(marks, [in_words(row, campaign) for _, row in own.iterrows()])
        axes.scatter([], [], s=18, color=palette[name], label=interpreter_title(campaign, name))
    axes.set_yticks(range(len(lines)), ticks(lines))
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    ratio_axis(axes, min(0.45, 0.8 * rows["speedup_low"].min()), max(2.3, 1.25 * rows["speedup_high"].max()))
    first = interpreter_title(campaign, rows["baseline_interpreter"].iloc[0])
    axes.set(xlabel=f"speed-up over {first} (log scale)", ylabel="")


def sentence(rows: pd.DataFrame, campaign: Campaign, first: str) -> str:
    """Write the title, which states the finding."""
    if rows.empty:
        return f"Other interpreters: nothing to compare with {first}"
    decided = rows[rows["verdict"].isin(DECIDED)].sort_values("speedup")
    if decided.empty:
        return f"Other interpreters: no clear difference from {first}\nin any of {len(rows)} comparisons"
    ends = [decided.iloc[-1], decided.iloc[0]][: len(decided)]
    said = [
        f"{one['contender']} on {interpreter_title(campaign, one['interpreter'])} is {times(one['speedup'])} as fast"
        f" ({experiment_name(campaign, one['experiment'])})"
        for one in ends
    ]
    return "\n".join([f"Compared with {first}:", *said])


def draw(data: CampaignData) -> Drawing:
    panels, first = groups(data), interpreter_title(data.campaign, next(iter(data.campaign.interpreters)))
    rows = pd.concat([rows for _, rows in panels]) if panels else pd.DataFrame(columns=["interpreter"])
    names = [name for name in data.campaign.interpreters if name in set(rows["interpreter"])]
    lines = [len({label(row) for _, row in rows.iterrows()}) for _, rows in panels] or [1]
    heights = [max(0.42, 0.11 * len(names)) * number for number in lines]
    figure, grid = plt.subplots(
        len(lines), 1, figsize=(width_in(), 1.2 + sum(heights) + 0.6 * len(lines)), squeeze=False, layout="constrained",
        height_ratios=heights,
    )  # fmt: skip
    headed(figure, sentence(rows, data.campaign, first), "bar: confidence interval; hollow: inconclusive")
    for axes, (own, group) in zip(grid[:, 0], panels):
        draw_group(axes, group, names, data.campaign)
        axes.set_title(heading(own, group), color=GREY)
    if panels:
        grid[-1, 0].legend(loc="upper center", bbox_to_anchor=(0.5, -0.5 / heights[-1]), **LEGEND)
    said = ". ".join(in_words(row, data.campaign) for _, row in rows.iterrows())
    return Drawing(figure, f"Each contender on each interpreter, compared with itself on {first}. {said}.")
