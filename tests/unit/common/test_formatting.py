"""Test how numbers are written for people."""

from __future__ import annotations

import pytest

from concbench.common.formatting import duration, printable, short_time, three_digits, to_the_second, with_interval


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (59.6, "60 s"), (91, "2 min"), (3600, "60 min"), (12_000, "3 h 20 min")]
)
def test_durations_are_as_exact_as_a_forecast(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (59.6, "1 min"), (118.3, "1 min 58 s"), (120, "2 min"), (7261, "121 min 1 s")]
)
def test_what_is_left_of_a_budget_can_be_read_off(seconds: float, said: str) -> None:
    assert to_the_second(seconds) == said


def test_control_characters_are_shown_and_not_done() -> None:
    assert printable("größe 5 µs\n\x1b[31mred\x07\u202e\ud800") == "größe 5 µs\n\\x1b[31mred\\x07\\u202e\\ud800"


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        ((2.99, 2.98, 3.01), "2.99 [2.98, 3.01]"),
        ((1.0, 1.0, 1.0), "1"),
        ((14.62, 14.61, 14.63), "14.62 [14.61, 14.63]"),
        ((1.99, 1.9899, 1.9903), "1.99 [1.9899, 1.9903]"),
        ((2.0, 2.0 - 1e-12, 2.0 + 1e-12), "2"),
        ((0.0, 0.0, 0.0), "0"),
        ((1230.4, 1229.6, 1231.2), "1230 [1230, 1231]"),
    ],
)
def test_the_ends_of_an_interval_differ_or_are_left_out(interval: tuple[float, float, float], said: str) -> None:
    assert with_interval(*interval) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0.01234, "0.0123"), (12.34, "12.3"), (999.7, "1000"), (1234.5, "1234"), (float("inf"), "inf")]
)
def test_numbers_have_three_digits_and_no_exponent(value: float, said: str) -> None:
    assert three_digits(value) == said


def test_short_times() -> None:
    assert [short_time(value) for value in (2.5e-8, 3.4e-6, 0.0123, 0.0999, 0.304, 1.25)] == [
        "25 ns",
        "3.4 µs",
        "12 ms",
        "100 ms",
        "304 ms",
        "1.2 s",
    ]
