"""Format numbers for people."""

from __future__ import annotations

from math import isnan

LONGEST_REASON = 500  # letters
MOST_DIGITS = 6  # of the ends of an interval


def three_digits(value: float) -> str:
    """Write a number with three significant digits: ``0.0123``, ``12.3``, ``1230``."""
    return digits(value, 3)


def digits(value: float, count: int) -> str:
    """Write a number with some significant digits, and with all of those before the point."""
    text = f"{value:.{count}g}"
    return f"{value:.0f}" if "e+" in text else text


def digits_apart(low: float, high: float) -> int | None:
    """Return the fewest significant digits, three or more, by which the ends of an interval differ; None if it has no width."""
    return next((count for count in range(3, MOST_DIGITS + 1) if digits(low, count) != digits(high, count)), None)


def with_interval(value: float, low: float, high: float) -> str:
    """Write an estimate and its confidence interval: ``2.99 [2.98, 3.01]``; the estimate alone if the interval has no width."""
    count = digits_apart(low, high)
    return three_digits(value) if count is None else f"{digits(value, count)} [{digits(low, count)}, {digits(high, count)}]"


def duration(seconds: float) -> str:
    """Write seconds as roughly as a forecast can be: ``40 s``, ``12 min``, ``3 h 20 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def to_the_second(seconds: float) -> str:
    """Write seconds as exactly as a budget asks for: ``58 s``, ``1 min 58 s``, ``2 min``."""
    minutes, rest = divmod(round(seconds), 60)
    return " ".join([*([f"{minutes} min"] if minutes else []), *([f"{rest} s"] if rest or not minutes else [])])


def short_time(seconds: float) -> str:
    """Write a short time: ``12 µs``, ``3.4 ms``, ``1.2 s``."""
    for least, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= least:
            return f"{seconds / least:.2g} {unit}" if seconds < 99.5 * least else f"{seconds / least:.0f} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def printable(text: str) -> str:
    """Return text that does nothing to a terminal: escape sequences and other control characters as ``\\x1b``."""
    return "".join(one if one.isprintable() or one in "\n\t" else one.encode("unicode_escape").decode() for one in text)


def two_decimals(value: float | None) -> str:
    """Write a number as the article does: two decimals, or three below 1. Unknown is a dash."""
    if value is None or isnan(value):
        return "–"
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def one_line(text: str) -> str:
    """Make a text safe for a table and a terminal: one line, printable, of limited length."""
    line = " ".join(text.split())
    return "".join(letter if letter.isprintable() else "?" for letter in line)[:LONGEST_REASON]


RECOMMENDATION = "Recommendation"  # begins a heading in conclusion.txt
NOT_COUNTED = "Runs that don't count"  # a heading in conclusion.txt
REPORT = "Report:"  # the beginning of its last line
