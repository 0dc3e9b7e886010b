"""Test how numbers are written for people."""

from __future__ import annotations

import pytest

from concbench.common.formatting import duration, printable


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (59.6, "60 s"), (91, "2 min"), (3600, "60 min"), (12_000, "3 h 20 min")]
)
def test_durations_are_as_exact_as_a_forecast(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_control_characters_are_shown_and_not_done() -> None:
    assert printable("größe 5 µs\n\x1b[31mred\x07\u202e\ud800") == "größe 5 µs\n\\x1b[31mred\\x07\\u202e\\ud800"
