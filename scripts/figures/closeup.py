"""The timing diagrams again, each run at a time scale of its own, so that the short ones can be read."""

from __future__ import annotations

from concbench.analysis.dataset import FigureData
from concbench.drawing.style import Drawing
from concbench.drawing.timeline_panel import draw_panels, panels

TABLES = ("runs", "summary", "comparisons", "items")
SCOPE = "experiments"


def draw(data: FigureData) -> Drawing:
    return draw_panels(panels(data), f"{data.subject}, what ran when:\neach run as wide as the page", one_scale=False)
