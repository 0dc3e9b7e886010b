"""Describe how good a recommendation is beside an exhaustive sweep, and show that as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from concbench.common.formatting import with_interval
from dev.tables import table

MARGIN = 0.1  # a recommendation may take so much longer than the fastest
LONGEST_ANSWER_S = 120
MISSED = ", **missed**"
HEAD = ("example", "recommended", "in the sweep", "fastest of the sweep", "× the fastest's time", "answered in (s)")


@dataclass(frozen=True)
class Outcome:
    """A row of the table: an example with what is recommended for it, beside the fastest of the sweep.

    ``ratio`` is the elapsed time of the setup of the sweep that stands for the recommended one ÷ that of the fastest.
    """

    example: str
    recommended: str
    in_sweep: str
    fastest: str
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    answered_s: float | None = None

    @classmethod
    def of(cls, row: Mapping[str, str]) -> Outcome:
        """Read a row of the table."""
        ratio, low, high, answered_s = (
            float(row[name]) if row[name] else None for name in ("ratio", "ratio_low", "ratio_high", "answered_s")
        )
        return cls(row["example"], row["recommended"], row["in_sweep"], row["fastest"], ratio, low, high, answered_s)

    @property
    def is_near(self) -> bool:
        return self.ratio is not None and self.ratio <= 1 + MARGIN

    @property
    def times_the_fastest(self) -> str:
        """Write the ratio with its confidence interval."""
        if self.ratio is None or self.ratio_low is None or self.ratio_high is None:
            return "–"
        return with_interval(self.ratio, self.ratio_low, self.ratio_high)

    @property
    def is_in_time(self) -> bool:
        """Tell whether the answer came in time, if that was measured."""
        return self.answered_s is None or self.answered_s <= LONGEST_ANSWER_S


def outcomes_table(compared: Iterable[Outcome]) -> str:
    """Return a table with a row for each example."""
    return table(HEAD, map(line, compared), right=(4, 5))


def line(one: Outcome) -> list[str]:
    """Return the cells of an example's row."""
    answered = "–" if one.answered_s is None else f"{one.answered_s:.0f}"
    return [
        f"`{one.example}`",
        one.recommended,
        one.in_sweep,
        one.fastest,
        one.times_the_fastest + ("" if one.is_near else MISSED),
        answered + ("" if one.is_in_time else MISSED),
    ]


def is_enough(compared: Iterable[Outcome]) -> bool:
    """Tell whether at most one in ten misses."""
    kept = [one.is_near and one.is_in_time for one in compared]
    return kept.count(False) <= len(kept) // 10
