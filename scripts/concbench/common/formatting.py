"""How figures are written where people read them."""

from __future__ import annotations

import pandas as pd


def three_digits(value: float) -> str:
    """``0.0123``, ``12.3``, ``1230``: three digits that count, without powers of ten above."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def with_interval(value: float, low: float, high: float) -> str:
    """``2.99 [2.98, 3.01]``"""
    return f"{three_digits(value)} [{three_digits(low)}, {three_digits(high)}]"


def duration(seconds: float) -> str:
    """``40 s``, ``12 min``, ``3 h 20 min``: as exact as a forecast can be."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def text(value: float | None) -> str:
    """Three digits, or two after the point where there are more; a dash for what isn't known."""
    if value is None or pd.isna(value):
        return "–"
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}"


NOT_COUNTED, REPORT = "Runs that don't count", "Report:"  # a heading in conclusion.txt, and how a line of it begins
