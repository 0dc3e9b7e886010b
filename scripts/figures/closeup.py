"""Draw the timing diagrams with separate time axes, so that short runs can be read.

How to read it: each row is a thread, a process or one of the tasks that run at once. Pale blue is the time for which the server
delayed its response. The dark part is as high as the share of the time for which an item worked; when it worked within that
time is not known. Orange is the rest: queueing for the GIL, the event loop, a connection or a CPU. Where several items share a
column of pixels, it shows their mean. More than 24 rows are drawn as bands, each the mean of its rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from concbench.analysis.dataset import FigureData
from concbench.analysis.naming import percent
from concbench.drawing.style import Drawing
from concbench.drawing.timeline import Doing
from concbench.drawing.timeline_panel import LEAST_SHARE, Panel, draw_panels, panels, shares

TABLES = ("runs", "summary", "comparisons", "items")
SCOPE = "experiments"
LITTLE = 0.01  # of a run's time; less queueing is no finding
UNKNOWN = (Doing.NOT_KNOWN, Doing.NOT_WORKING)


def sentence(shown: Sequence[Panel], data: FigureData) -> str:
    """Write the title, which states the finding."""
    if not shown:
        return f"{data.subject}: no run to show"
    by_panel = [(panel, shares(panel)) for panel in shown]
    if any(own[doing] > LEAST_SHARE for _, own in by_panel for doing in UNKNOWN):
        return f"{data.subject}:\nit is not known how long items queue"
    most, own = max(by_panel, key=lambda one: one[1][Doing.QUEUEING])
    if own[Doing.QUEUEING] < LITTLE:
        return f"{data.subject}:\nno contender spends more than {100 * LITTLE:g} % of its time queueing"
    return f"{data.subject}:\n{most.name} spends {percent(own[Doing.QUEUEING])} of its time queueing"


def draw(data: FigureData) -> Drawing:
    shown = panels(data)
    return draw_panels(shown, sentence(shown, data), one_scale=False)
