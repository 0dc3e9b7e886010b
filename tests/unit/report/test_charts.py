"""Put figures into the page: as SVG, as pictures, or as links."""

from __future__ import annotations

import base64
import io
from itertools import product
from pathlib import Path

import pytest
from PIL import Image
from support import factories
from support.report_of import TIMES, page, said

from concbench.report.charts import MOST_BYTES, image


def test_figures_beyond_what_a_page_may_hold_are_linked(tmp_path: Path, figures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("concbench.report.charts.MOST_BYTES", 60_000)
    text, words = page(tmp_path, figures, factories.campaign(5), TIMES)
    assert "Left out to keep this page small." in said(words)
    assert "headline-cpu-title" in text  # the headline is kept longest
    assert MOST_BYTES < 5_000_000


def test_large_figures_are_pictures_with_their_description(
    tmp_path: Path, figures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("concbench.report.charts.SMALL_SVG_BYTES", 1000)
    _, words = page(tmp_path, figures, factories.campaign(5), TIMES)
    assert len(words.elements["img"]) == 3
    assert all(one["alt"] for one in words.elements["img"])


def test_an_embedded_picture_keeps_the_colours_of_its_legend_beside_thousands_of_blends(tmp_path: Path) -> None:
    """Bars of blends of all activities, as in a timing diagram, stand above a small patch of each of their colours."""
    colours = [(1, 115, 178), (243, 178, 107), (207, 229, 242), (186, 162, 202), (163, 163, 163), (255, 255, 255)]
    picture = Image.new("RGB", (800, 600), "white")
    for x, y in product(range(800), range(500)):
        one, other, share = colours[y // 20 % 6], colours[(y // 20 + 1 + x // 200) % 6], (20 + (7 * x + 3 * y) % 61) / 100
        picture.putpixel((x, y), tuple(round(share * a + (1 - share) * b) for a, b in zip(one, other)))
    for number, colour in enumerate(colours):
        picture.paste(colour, (20 + 40 * number, 560, 44 + 40 * number, 572))
    picture.save(tmp_path / "timing.png")
    url, _, _ = image(tmp_path / "timing.png")
    with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as embedded:
        shown = [embedded.convert("RGB").getpixel((24 + 30 * number, 424)) for number in range(6)]
    for seen, colour in zip(shown, colours):
        assert isinstance(seen, tuple)
        assert max(abs(a - b) for a, b in zip(seen, colour)) <= 10  # of 255: 4 %, which nobody sees
