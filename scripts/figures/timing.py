"""Draw execution timing diagrams: a real run of each contender, all on one time axis.

How to read it: each row is a thread, a process or one of the tasks that run at once. Pale blue is the time for which the server
delayed its response. The dark part is as high as the share of the time for which an item worked; when it worked within that
time is not known. Orange is the rest: queueing for the GIL, the event loop, a connection or a CPU. Where several items share a
column of pixels, it shows their mean. More than 24 rows are drawn as bands, each the mean of its rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from concbench.analysis.dataset import FigureData
from concbench.drawing.style import Drawing, seconds
from concbench.drawing.timeline_panel import Panel, draw_panels, panels

TABLES = ("runs", "summary", "comparisons", "items")
SCOPE = "experiments"


def sentence(shown: Sequence[Panel], data: FigureData) -> str:
    """Write the title, which states the finding."""
    if not shown:
        return f"{data.subject}: no run to show"
    if len(shown) == 1:
        return f"{data.subject}:\n{shown[0].name} takes {seconds(shown[0].makespan_s)}"
    ends = (max(shown, key=lambda panel: panel.makespan_s), min(shown, key=lambda panel: panel.makespan_s))
    longest, shortest = (f"{panel.name} takes {seconds(panel.makespan_s)}" for panel in ends)
    return f"{data.subject}:\n{longest}, {shortest}"


def draw(data: FigureData) -> Drawing:
    shown = panels(data)
    return draw_panels(shown, sentence(shown, data), one_scale=True)
