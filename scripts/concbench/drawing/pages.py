"""Fit a figure onto a page of an exact size, such as a journal's column or a slide."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from concbench.drawing.style import Look

LEAST_IN = 0.01  # by which something may reach beyond a page before anyone sees it
LEAST_ROOM = 0.55  # with less, texts lie over each other


@dataclass(frozen=True)
class Page:
    """The part of a figure's plane that is a page, and how much of the figure's own height it has room for."""

    box: Bbox  # in inches; the figure begins at (0, 0)
    room: float  # as a share of that height

    def lacks_room(self, figure: Figure) -> bool:
        """Check whether something is drawn beyond the page, or one thing over another."""
        drawn = drawn_in(figure)
        beyond = (self.box.x0 - drawn.x0, drawn.x1 - self.box.x1, self.box.y0 - drawn.y0, drawn.y1 - self.box.y1)
        return max(beyond) > LEAST_IN or self.room < LEAST_ROOM


def fit(figure: Figure, look: Look) -> Page:
    """Fit a figure onto its page.

    A footnote below the figure makes the page higher, or the figure lower where the page's height is fixed.
    """
    needed = look.enlarged * figure.get_figheight()
    enlarge(figure, look.enlarged)
    margin, width = look.margin_in, look.width_in - 2 * look.margin_in
    height = look.height_in - 2 * margin if look.height_in else needed
    figure.set_size_inches(width, height)
    drawn = drawn_in(figure)
    below, above = max(0.0, -drawn.y0), max(0.0, drawn.y1 - height)
    if look.height_in:
        height -= below + above
        figure.set_size_inches(width, height)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for legend in figure.legends:  # else they move to the edge of the page
        legend.set_bbox_to_anchor((0, 0, 1, 1), figure.transFigure)
    return Page(Bbox.from_extents(-margin, -below - margin, width + margin, height + above + margin), height / needed)


def enlarge(figure: Figure, factor: float) -> None:
    """Enlarge the letters and marks, whose size doesn't follow the figure's."""
    for text in dict.fromkeys(figure.findobj(Text)):
        text.set_fontsize(factor * float(text.get_fontsize()))
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        axis.labelpad *= factor
        for tick in axis.get_major_ticks()[:1]:  # more of them may be drawn later
            axis.set_tick_params(labelsize=tick.label1.get_fontsize())
    for marks in dict.fromkeys(figure.findobj(PathCollection)):
        marks.set_sizes(factor**2 * marks.get_sizes())


def drawn_in(figure: Figure) -> Bbox:
    """Return the smallest box around all that is drawn, in inches."""
    figure.draw_without_rendering()
    return figure.get_tightbbox()
