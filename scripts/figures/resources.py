"""Draw each contender's time by activity, CPU time, memory and context switches.

How to read it: the first panel divides the elapsed time of a representative run by what its rows (threads, processes or tasks)
did, on average. The others are medians over all runs, all processes together. If some runs were too short for that, memory is
that of the largest process alone.
"""

from __future__ import annotations

from textwrap import fill

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from concbench.analysis.dataset import FigureData
from concbench.common.formatting import three_digits
from concbench.drawing.style import BOLD_LETTER, LABEL, Drawing, headed, letters, look, ticks, width_in
from concbench.drawing.timeline import Doing
from concbench.drawing.timeline_panel import LEAST_SHARE, OVERHEAD_COLOUR, panels, shares

TABLES = ("runs", "summary", "comparisons", "items")
SCOPE = "experiments"
IDLE = "idle"
CAPTIONS = {
    Doing.WORKING: "working",
    Doing.DELAYED: "waiting for the server",
    Doing.IN_SERVER_QUEUE: "in the server's queue",
    Doing.QUEUEING: "queueing",
    Doing.NOT_KNOWN: "working or queueing",
    Doing.NOT_WORKING: "not working",
}
ROWS_TITLE = "elapsed time by activity"
MEMORY_TITLE = "memory"
TITLE_POINTS = 7
LEGEND_POINTS = 5.5
LABELS_IN = 0.9  # of the figure's width, which the contenders' names have
MANY_LETTERS = 100  # across the figure: its panels' legends then have room for several columns
# Each panel's title, its unit, and the columns stacked in it, which are also their captions, with colours.
PANELS = (
    (
        ROWS_TITLE,
        "s",
        {
            "set-up, tear-down": OVERHEAD_COLOUR,
            **{caption: doing.colour for doing, caption in CAPTIONS.items()},
            IDLE: "#f4f4f4",
        },
    ),
    ("CPU time", "s", {"user": "#0173b2", "system": "#de8f05"}),
    (MEMORY_TITLE, "MB", {"peak": "#029e73"}),
    ("context switches", "", {"voluntary": "#56b4e9", "involuntary": "#d55e00"}),
)


def row_times(data: FigureData) -> pd.DataFrame:
    """Return the mean seconds of a row by activity, in each shown configuration's representative run."""
    rows = []
    for panel in panels(data):
        done = {CAPTIONS[doing]: share * panel.makespan_s for doing, share in shares(panel).items()}
        overhead_s = float(panel.run["setup_s"] + panel.run["teardown_s"])
        idle_s = max(0.0, panel.makespan_s - overhead_s - sum(done.values()))
        rows.append({"configuration": panel.run["configuration"], "set-up, tear-down": overhead_s, **done, IDLE: idle_s})
    return pd.DataFrame(rows, columns=["configuration", *PANELS[0][2]])


def in_shared_blocks(data: FigureData) -> pd.DataFrame:
    """Select the runs of the blocks that all shown configurations have; all if there are none.

    CPU time follows the machine's speed, which other blocks don't share.
    """
    runs = data.runs[data.runs["configuration"].isin(data.fastest["configuration"])]
    shared = runs[runs.groupby("block")["configuration"].transform("nunique") == runs["configuration"].nunique()]
    return runs if shared.empty else shared


def used(data: FigureData) -> pd.DataFrame:
    """Return the columns of PANELS for each shown configuration: medians over shared blocks, but for the rows' activities."""
    runs = in_shared_blocks(data).rename(
        columns={"cpu_user_s": "user", "cpu_system_s": "system", "involuntary_switches": "involuntary"}
    )
    runs = runs.rename(columns={"voluntary_switches": "voluntary"})
    runs["peak"] = runs["peak_memory_bytes"] / 1e6
    runs["peak_together"] = runs["peak_pss_bytes"] / 1e6
    columns = [column for _, _, parts in PANELS[1:] for column in parts]
    medians = runs.groupby("configuration", sort=False)[[*columns, "peak_together", "cpus_used"]].median()
    if seen_together(medians):
        medians["peak"] = medians["peak_together"]
    return (
        data.fastest[["configuration", "contender", "label"]]
        .merge(medians, on="configuration")
        .merge(row_times(data), on="configuration", how="left")
    )


def seen_together(configurations: pd.DataFrame) -> bool:
    """Check whether the memory of all processes together is known for all shown configurations."""
    return bool(configurations["peak_together"].notna().all())


def shown_title(title: str, together: bool) -> str:
    """Return a panel's title, which says whose memory it shows."""
    whose = "all processes together" if together else "the largest process"
    return f"{title} of {whose}" if title == MEMORY_TITLE else title


def draw_panel(axes: Axes, configurations: pd.DataFrame, title: str, unit: str, parts: dict[str, str]) -> None:
    """Draw stacked bars with their sum at the end; the legend leaves out parts too small to be seen."""
    heights = range(len(configurations))
    total = configurations[list(parts)].sum(axis=1)
    left = pd.Series(0.0, index=configurations.index)
    for caption, colour in parts.items():
        named = len(parts) > 1 and (configurations[caption].fillna(0) > LEAST_SHARE * total).any()
        axes.barh(heights, configurations[caption].fillna(0), left=left, color=colour, height=0.6, linewidth=0,
                  label=caption if named else None)  # fmt: skip
        left = left + configurations[caption].fillna(0)
    for height, value, is_known in zip(heights, total, configurations[list(parts)].notna().any(axis=1)):
        said = f"{three_digits(value)} {unit}".rstrip() if is_known else "unknown"
        axes.annotate(said, (value, height), (3, 0), **{**LABEL, "ha": "left"}, va="center")
    axes.set_xlim(0, 1.4 * total.max() or 1)
    axes.set_title(title, fontsize=TITLE_POINTS, pad=3)
    axes.tick_params(labelsize=6)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    axes.grid(visible=False, axis="y")
    columns = 3 if letters(LEGEND_POINTS) > MANY_LETTERS and not look().height_in else 1
    if len(parts) > 1 and axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.14), ncols=columns, frameon=False, fontsize=LEGEND_POINTS,
                    handlelength=0.8, columnspacing=0.8, handletextpad=0.3)  # fmt: skip


def sentence(configurations: pd.DataFrame, data: FigureData) -> str:
    """Write the title, which states the finding; of memory only where that of all processes together is known."""
    if configurations.empty:
        return f"{data.subject}: nothing measured"
    cpu_s = configurations["user"] + configurations["system"]
    if len(configurations) == 1 or cpu_s.isna().all():
        return f"{data.subject}: CPU time, memory and context switches"
    least = configurations["contender"].iloc[int(cpu_s.argmin())]
    if not seen_together(configurations):
        return f"{data.subject}:\n{least} uses the least CPU time"
    most = configurations["contender"].iloc[int(configurations["peak"].argmax())]
    return f"{data.subject}:\n{least} uses the least CPU time{' and' if most == least else f', {most}'} the most memory"


def in_words(configuration: pd.Series, together: bool) -> str:
    """Describe a contender: ``sync: elapsed time by activity: working 0.3 s, …; CPU time: user 0.3 s, …``."""
    said = []
    for title, unit, parts in PANELS:
        own = {caption: configuration[caption] for caption in parts if pd.notna(configuration[caption])}
        amounts = ", ".join(f"{caption} {three_digits(value)} {unit}".rstrip() for caption, value in own.items() if value > 0)
        said.append(f"{shown_title(title, together)}: {amounts or 'unknown'}")
    return f"{', '.join(str(configuration['label']).splitlines())}: {'; '.join(said)}"


def draw(data: FigureData) -> Drawing:
    configurations = used(data)
    together = seen_together(configurations)
    whose = "all processes together" if together else "all processes together, except memory"
    rows = 0.8 + (0.24 + 0.13 * len(data.conditions_vary)) * max(2, len(configurations))
    across = len(PANELS) if look().height_in else 2  # side by side on a slide
    down = len(PANELS) // across
    figure, grid = plt.subplots(
        down, across, figsize=(width_in(), down * rows + 0.4), sharey=True, squeeze=False, layout="constrained"
    )
    headed(
        figure,
        sentence(configurations, data),
        f"{data.footnote}; medians; activities of a representative run; {whose}",
    )
    if configurations.empty:
        return Drawing(figure, "No run counts.")
    for axes, (title, unit, parts) in zip(grid.flat, PANELS):
        heading = fill(shown_title(title, together), letters(TITLE_POINTS, BOLD_LETTER, across, LABELS_IN / across))
        draw_panel(axes, configurations, heading, unit, parts)
    grid[0, 0].set_yticks(range(len(configurations)), ticks(configurations["label"]))
    grid[0, 0].set_ylim(len(configurations) - 0.5, -0.5)
    described = ". ".join(in_words(configuration, together) for _, configuration in configurations.iterrows())
    return Drawing(figure, f"Four bar charts. {described}.")
