"""Draw the timing diagrams with separate time axes, so that short runs can be read.

How to read it: each row is a thread, a process or one of the tasks that run at once. Pale blue is the time for which the server
delayed its response. The dark part of a box is as high as the share of that time for which the item worked; when it worked
within the box is not known. Orange is the rest: queueing for the GIL, the event loop, a connection or a CPU.
"""

from __future__ import annotations

from concbench.analysis.dataset import FigureData
from concbench.drawing.style import Drawing
from concbench.drawing.timeline_panel import draw_panels, panels

TABLES = ("runs", "summary", "comparisons", "items")
SCOPE = "experiments"


def draw(data: FigureData) -> Drawing:
    return draw_panels(panels(data), f"{data.subject}:\nwhat each contender waits for (separate time axes)", one_scale=False)
