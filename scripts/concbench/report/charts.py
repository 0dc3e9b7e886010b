"""Read the figures that the report shows: SVG where that is small, else an image of few colours.

Figures beyond the size of a page are left out, the least wanted first.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from markupsafe import Markup
from PIL import Image

from concbench.campaign import plugins
from concbench.drawing.svg import inlined, texts

SMALL_SVG_BYTES = 150_000
MOST_BYTES = 3_500_000  # for all figures, of a page below 5 MB
COLOURS = 256
SCALE = 0.75  # of the file's width, which then fits the page's column
READING = "How to read it: "  # begins the last paragraph of a figure's docstring
FIRST = (
    "crossover",
    "interpreters",
    "headline",
    "workers",
    "scaling",
    "resources",
    "drift",
    "timing",
    "closeup",
)  # what to keep if not all fit


@dataclass(frozen=True)
class Chart:
    """One figure: ``svg`` or ``png`` has it; neither where the page has no room."""

    figure: str  # the name of its file in scripts/figures/
    experiment: str | None
    path: str  # of its files, relative to the page, without their endings
    title: str
    description: str
    svg: Markup | None = None
    png: str | None = None  # a data URL
    width: int = 0
    height: int = 0

    @property
    def name(self) -> str:
        return Path(self.path).name

    @property
    def reading(self) -> str:
        """How to read such a figure, from the docstring of its plug-in."""
        _, begin, reading = plugins.figure(self.figure).about.partition(READING)
        return begin + reading

    @property
    def size_bytes(self) -> int:
        return len(self.svg or "") + len(self.png or "")


def image(png: Path) -> tuple[str, int, int]:
    """Return the picture as a data URL, and its width and height in pixels."""
    with Image.open(png) as picture:
        smaller = picture.convert("RGB").resize([round(SCALE * side) for side in picture.size], Image.Resampling.LANCZOS)
        few = smaller.quantize(
            COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        )  # keeps rare colours, as in legends
        data = io.BytesIO()
        few.save(data, "PNG", optimize=True)
        return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode(), few.width, few.height


def chart(svg: Path, page: Path) -> Chart:
    """Read one figure from its SVG and PNG files."""
    figure, _, experiment = svg.stem.partition("-")
    text = svg.read_text(encoding="utf-8")
    title, description = texts(text)
    bare = Chart(figure, experiment or None, svg.relative_to(page.parent).with_suffix("").as_posix(), title, description)
    if len(text) <= SMALL_SVG_BYTES:
        return replace(bare, svg=Markup(inlined(text, svg.stem)))
    png, width, height = image(svg.with_suffix(".png"))
    return replace(bare, png=png, width=width, height=height)


def place(one: Chart) -> tuple[int, str]:
    """Return the key to sort charts by: the most wanted first."""
    return (FIRST.index(one.figure) if one.figure in FIRST else len(FIRST), one.name)


def charts(svgs: Iterable[Path], page: Path) -> Sequence[Chart]:
    """Read all figures in the report's order; those that don't fit have no picture."""
    found, size_bytes = [], 0
    for one in sorted((chart(svg, page) for svg in svgs), key=place):
        size_bytes += one.size_bytes
        found.append(one if size_bytes <= MOST_BYTES else replace(one, svg=None, png=None))
    return found


def of(charts: Iterable[Chart], experiment: str | None, scope: plugins.Scope | None = None) -> list[Chart]:
    """Select the charts of an experiment, or of the whole campaign and one scope."""
    return [
        one for one in charts if one.experiment == experiment and (scope is None or plugins.figure(one.figure).scope == scope)
    ]
