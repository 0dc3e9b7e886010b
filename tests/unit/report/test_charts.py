"""Put figures into the page: as SVG, as pictures, or as links."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import factories
from support.report_of import TIMES, page, said

from concbench.report.charts import MOST_BYTES


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
