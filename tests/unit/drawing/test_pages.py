"""Fit figures onto pages for papers and slides, and read the files back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from matplotlib.text import Text
from PIL import Image
from support import factories
from support.drawn import SWEEP, SWEPT, data

from concbench.analysis.dataset import FigureData
from concbench.drawing import style
from concbench.drawing.files import save
from concbench.drawing.pages import fit
from concbench.drawing.style import Drawing, Style
from figures import closeup, headline, resources, scaling, timing, workers

POINTS_IN_MM = 72 / 25.4
FOR_PAGES = [Style.PAPER, Style.PAPER_WIDE, Style.SLIDES]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Draw what other tests draw as the report has it."""
    yield
    style.apply()


@pytest.fixture
def shown(tmp_path: Path) -> FigureData:
    contenders = {**SWEEP, "multiprocessing": {"model": "multiprocessing_pool", "workers": [160]}}
    return data(tmp_path, factories.campaign(contenders=contenders), {**SWEPT, "multiprocessing": [2.0] * 3})


def drawn_as(kind: Style, figure: ModuleType, shown: FigureData) -> Drawing:
    style.apply(kind)
    drawing: Drawing = figure.draw(shown)
    return drawing


def written(kind: Style, figure: ModuleType, shown: FigureData, path: Path) -> bytes:
    """Return the file of a figure that is fit onto its page."""
    drawing = drawn_as(kind, figure, shown)
    save(drawing, path, fit(drawing.figure, style.look()).box)
    return path.read_bytes()


def size_mm(pdf: bytes) -> tuple[float, float]:
    """Return the width and the height of the only page of a PDF file."""
    (box,) = re.findall(rb"/MediaBox \[([^\]]*)\]", pdf)
    left, low, right, high = map(float, box.split())
    return (right - left) / POINTS_IN_MM, (high - low) / POINTS_IN_MM


@pytest.mark.parametrize(("kind", "width_mm"), [(Style.PAPER, (85, 90)), (Style.PAPER_WIDE, (170, 180))])
def test_a_figure_for_a_paper_is_as_wide_as_a_journals_column(
    kind: Style, width_mm: tuple[int, int], shown: FigureData, tmp_path: Path
) -> None:
    width, height = size_mm(written(kind, headline, shown, tmp_path / "made.pdf"))
    assert width_mm[0] <= width <= width_mm[1]
    assert 20 < height < 240


@pytest.mark.parametrize("figure", [headline, timing])
def test_a_slide_is_sixteen_to_nine(figure: ModuleType, shown: FigureData, tmp_path: Path) -> None:
    assert size_mm(written(Style.SLIDES, figure, shown, tmp_path / "made.pdf")) == pytest.approx((160, 90), abs=0.01)
    written(Style.SLIDES, figure, shown, tmp_path / "made.png")
    with Image.open(tmp_path / "made.png") as picture:
        assert picture.size == (1920, 1080)


@pytest.mark.parametrize("kind", FOR_PAGES)
def test_all_fonts_are_embedded_and_none_is_of_type_3(kind: Style, shown: FigureData, tmp_path: Path) -> None:
    pdf = written(kind, headline, shown, tmp_path / "made.pdf")
    fonts = re.findall(rb"/Subtype /(Type0|Type1|Type3|TrueType|CIDFontType2)\b", pdf)
    assert set(fonts) == {b"Type0", b"CIDFontType2"}  # the second is what the first consists of
    assert fonts.count(b"CIDFontType2") == len(re.findall(rb"/FontFile2 \d+ 0 R", pdf)) >= 1


def test_a_pdf_file_has_the_title_that_it_does_not_show(shown: FigureData, tmp_path: Path) -> None:
    pdf = written(Style.PAPER, headline, shown, tmp_path / "made.pdf")
    drawing = drawn_as(Style.PAPER, headline, shown)
    assert drawing.title.startswith("cpu:\nshortest time: ")
    assert drawing.title not in {text.get_text() for text in drawing.figure.findobj(Text)}
    assert b"/Title" in pdf
    assert b"/CreationDate" not in pdf  # the same figure is the same file


@pytest.mark.parametrize("kind", FOR_PAGES)
@pytest.mark.parametrize("figure", [headline, timing, closeup, resources, workers, scaling])
def test_nothing_lies_beyond_the_page(figure: ModuleType, kind: Style, shown: FigureData) -> None:
    drawing = drawn_as(kind, figure, shown)
    page = fit(drawing.figure, style.look())
    assert not page.lacks_room(drawing.figure)


def test_what_lies_beyond_the_page_is_noticed(shown: FigureData) -> None:
    drawing = drawn_as(Style.PAPER, headline, shown)
    page = fit(drawing.figure, style.look())
    drawing.figure.text(0.9, 0.5, "a text that begins inside of the figure and ends outside")
    assert page.lacks_room(drawing.figure)


def test_a_slide_has_no_room_for_a_figure_of_twice_its_height(shown: FigureData) -> None:
    drawing = drawn_as(Style.SLIDES, headline, shown)
    drawing.figure.set_figheight(6.0)  # and its letters are enlarged by a third, in 82 mm
    assert fit(drawing.figure, style.look()).lacks_room(drawing.figure)


def smallest(drawing: Drawing) -> float:
    """The size of a figure's smallest letters, in points."""
    return min(float(text.get_fontsize()) for text in drawing.figure.findobj(Text) if text.get_text())


def test_slides_have_larger_letters_and_papers_none_below_five_points(shown: FigureData) -> None:
    sizes = {}
    for kind in Style:
        drawing = drawn_as(kind, headline, shown)
        fit(drawing.figure, style.look())
        sizes[kind] = smallest(drawing)
    assert sizes[Style.SLIDES] == pytest.approx(4 / 3 * sizes[Style.REPORT])
    assert min(sizes[Style.PAPER], sizes[Style.PAPER_WIDE]) >= 5
