"""Draw two campaigns side by side: the speed-up of each configuration in the second over the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import matplotlib.pyplot as plt

from concbench.analysis.naming import confidence, times_as_fast
from concbench.drawing import style
from concbench.drawing.style import GREY, LEGEND, Drawing, explain, headed, ratio_axis, ticks, width_in
from concbench.records.rows import ChangeRow
from concbench.stats.verdicts import Verdict

COLOURS = {
    Verdict.FASTER: "#029e73",
    Verdict.SLOWER: "#d55e00",
    Verdict.SAME: "#0173b2",
    Verdict.INCONCLUSIVE: "white",
}
LINE_IN = 0.3


def in_words(row: ChangeRow, name: str) -> str:
    assert row.speedup is not None
    assert row.speedup_low is not None
    assert row.speedup_high is not None
    interval = confidence(row.speedup_low, row.speedup_high, row.level or 0)
    return f"{name}: {times_as_fast(row.speedup)} ({interval}; {row.verdict})"


def draw(rows: Sequence[ChangeRow], before: str, after: str, names: Mapping[str, str]) -> Drawing:
    """Draw the speed-up and confidence interval of each configuration measured in both; hollow where inconclusive.

    ``names`` has the names of configurations by their ids.
    """
    mpl.use("agg")
    style.apply()
    shown = [row for row in rows if row.speedup is not None]
    sentences, lines = [in_words(row, names[row.configuration]) for row in shown], max(1, len(shown))
    figure, axes = plt.subplots(figsize=(width_in(), 1.3 + LINE_IN * lines), layout="constrained")
    slower = sum(row.verdict is Verdict.SLOWER for row in shown)
    headed(
        figure,
        f"{after} compared with {before}: {slower} of {len(shown)} configurations are slower",
        "bar: confidence interval",
    )
    axes.axvline(1, color="black", linewidth=0.8)
    for place, row in enumerate(shown):
        axes.plot([row.speedup_low or 0, row.speedup_high or 0], [place, place], color=GREY, linewidth=1.1)
    for verdict, colour in COLOURS.items():
        places = [place for place, row in enumerate(shown) if row.verdict == verdict]
        speedups = [shown[place].speedup or 0 for place in places]
        marks = axes.scatter(speedups, places, s=20, c=colour, edgecolor=GREY, zorder=4, label=verdict)
        explain(marks, [sentences[place] for place in places])
    axes.set_yticks(range(len(shown)), ticks(names[row.configuration] for row in shown))
    axes.set_ylim(lines - 0.5, -0.5)
    ends = [end for row in shown for end in (row.speedup_low, row.speedup_high) if end is not None]
    ratio_axis(axes, min([0.45, *(0.8 * end for end in ends)]), max([2.3, *(1.25 * end for end in ends)]))
    axes.set(xlabel=f"speed-up over {before}", ylabel="")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.6 / (LINE_IN * lines + 0.4)), **{**LEGEND, "ncols": len(COLOURS)})
    return Drawing(figure, ". ".join(sentences) or "No configuration was measured in both.")
