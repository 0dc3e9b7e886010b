"""Divide known times among a picture's columns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.drawing.columns import column_shares, image, outline, paint
from concbench.drawing.timeline import Doing, Span

TIMES = st.lists(st.tuples(st.floats(0, 10), st.floats(1e-4, 3), st.floats(0.01, 1)), min_size=1, max_size=60)


def test_a_column_has_the_share_of_its_time_in_which_something_was_done() -> None:
    spans = [Span(Doing.WORKING, 0.5, 1.25), Span(Doing.WORKING, 3.0, 3.5, 0.0, 0.5), Span(Doing.DELAYED, 1.25, 3.0)]
    shares = column_shares(spans, np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    assert list(shares[Doing.WORKING]) == pytest.approx([0.5, 0.25, 0.0, 0.25])
    assert list(shares[Doing.DELAYED]) == pytest.approx([0.0, 0.75, 1.0, 0.0])


def test_of_a_thousand_bars_in_one_column_none_is_lost() -> None:
    bars = [Span(Doing.WORKING, number / 1000, (number + 0.3) / 1000) for number in range(1000)]
    assert list(column_shares(bars, np.array([0.0, 1.0]))[Doing.WORKING]) == pytest.approx([0.3])


@given(TIMES, st.integers(1, 2000))
def test_all_columns_together_have_all_the_time(drawn: list[tuple[float, float, float]], columns: int) -> None:
    spans = [Span(Doing.WORKING, start, start + length, 0.0, high) for start, length, high in drawn]
    edges = np.linspace(0, 14, columns + 1)
    found = float((column_shares(spans, edges)[Doing.WORKING] * np.diff(edges)).sum())
    assert found == pytest.approx(sum(length * high for _, length, high in drawn), abs=1e-6)


def test_what_lies_beyond_the_columns_is_not_counted() -> None:
    shares = column_shares([Span(Doing.WORKING, 0.0, 10.0)], np.array([4.0, 5.0, 12.0]))
    assert list(shares[Doing.WORKING]) == pytest.approx([1.0, 5 / 7])


def test_a_pixel_has_the_colours_that_cover_it_in_their_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Doing.WORKING, "colour", "#ff0000")
    monkeypatch.setattr(Doing.DELAYED, "colour", "#0000ff")
    pixels = np.zeros((3, 2, 4))
    shares = {Doing.DELAYED: np.array([0.25, 0.0]), Doing.WORKING: np.array([0.75, 1.0])}
    paint(pixels, shares, floor=2.5, height=2.0, edges=np.array([0.0, 1.0, 2.0, 3.0]))  # work up to 1, and waiting up to 0.5
    assert pixels[:, 0].tolist() == [[0, 0, 0.5, 0.5], [1, 0, 0, 1], [0.5, 0, 0, 0.5]]
    assert pixels[:, 1].tolist() == [[0.5, 0, 0, 0.5], [1, 0, 0, 1], [0.5, 0, 0, 0.5]]
    assert image(pixels)[:, 0].tolist() == [[0, 0, 255, 128], [255, 0, 0, 255], [255, 0, 0, 128]]


def test_an_outline_has_a_corner_only_where_the_height_changes() -> None:
    corners = outline(np.array([0.5, 0.5, 1.0]), np.array([0.0, 1.0, 2.0, 3.0]))
    assert corners.tolist() == [[0.0, 0.0], [0.0, 0.5], [2.0, 0.5], [2.0, 1.0], [3.0, 1.0], [3.0, 0.0]]
