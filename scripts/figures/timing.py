"""Execution timing diagrams of one experiment: a real run of each contender, all at one time scale."""

from __future__ import annotations

from collections.abc import Sequence

from concbench.analysis.dataset import FigureData
from concbench.drawing.style import Drawing, seconds
from concbench.drawing.timeline_panel import Panel, draw_panels, panels

TABLES = ("runs", "summary", "comparisons", "items")
SCOPE = "experiments"


def sentence(shown: Sequence[Panel], data: FigureData) -> str:
    """Write the title, which says what is seen."""
    if not shown:
        return f"{data.subject}: no run to show"
    if len(shown) == 1:
        return (
            f"{data.subject}, what ran when:\n{seconds(shown[0].makespan_s)} by {', '.join(shown[0].label.splitlines())} alone"
        )
    ends = (max(shown, key=lambda panel: panel.makespan_s), min(shown, key=lambda panel: panel.makespan_s))
    longest, shortest = (f"{seconds(panel.makespan_s)} ({', '.join(panel.label.splitlines())})" for panel in ends)
    return f"{data.subject}, what ran when:\nfrom {longest} to {shortest}"


def draw(data: FigureData) -> Drawing:
    shown = panels(data)
    return draw_panels(shown, sentence(shown, data), one_scale=True)
