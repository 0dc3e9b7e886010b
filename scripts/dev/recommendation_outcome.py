"""Describe how good a recommendation is beside an exhaustive sweep, and show that as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log

from concbench.common.formatting import with_interval
from dev.tables import table

MARGIN = 0.1  # a recommendation may take so much longer than the fastest
PROGRAM_MARGIN = 0.05  # its program may differ so much from what was measured
LONGEST_ANSWER_S = 120
MISSED = ", **missed**"
WORDS = ("example", "recommended", "in_sweep", "fastest")  # fields that are no numbers
HEAD = (
    "example",
    "recommended",
    "in the sweep",
    "fastest of the sweep",
    "× the fastest's time",
    "answered in (s)",
    "its program ÷ measured",
)


@dataclass(frozen=True)
class Outcome:
    """A row of the table: an example with what is recommended for it, beside the fastest of the sweep.

    ``ratio`` is the elapsed time of the setup of the sweep that stands for the recommended one ÷ that of the fastest.
    ``program_ratio`` is the time of the recommended program ÷ that of the same work as a campaign measures it, in turns.
    """

    example: str
    recommended: str
    in_sweep: str
    fastest: str
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    answered_s: float | None = None
    program_ratio: float | None = None
    program_ratio_low: float | None = None
    program_ratio_high: float | None = None

    @classmethod
    def of(cls, row: Mapping[str, str]) -> Outcome:
        """Read a row of the table."""
        words = {name: row[name] for name in WORDS}
        numbers = {name: float(text) if text else None for name, text in row.items() if name not in WORDS}
        return cls(**words, **numbers)  # type: ignore[arg-type]

    @property
    def is_near(self) -> bool:
        return self.ratio is not None and self.ratio <= 1 + MARGIN

    @property
    def times_the_fastest(self) -> str:
        """Write the ratio with its confidence interval."""
        return shown(self.ratio, self.ratio_low, self.ratio_high)

    @property
    def is_in_time(self) -> bool:
        """Tell whether the answer came in time, if that was measured."""
        return self.answered_s is None or self.answered_s <= LONGEST_ANSWER_S

    @property
    def keeps_time(self) -> bool:
        """Tell whether the program takes the time that is measured: within a twentieth, or the confidence interval."""
        low, high = self.program_ratio_low, self.program_ratio_high
        if self.program_ratio is None or low is None or high is None:
            return True
        return abs(log(self.program_ratio)) <= log(1 + PROGRAM_MARGIN) or low <= 1 <= high


def shown(value: float | None, low: float | None, high: float | None) -> str:
    """Write an estimate with its confidence interval; a dash if it is unknown."""
    return "–" if value is None or low is None or high is None else with_interval(value, low, high)


def outcomes_table(compared: Iterable[Outcome]) -> str:
    """Return a table with a row for each example."""
    return table(HEAD, map(line, compared), right=(4, 5, 6))


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
        shown(one.program_ratio, one.program_ratio_low, one.program_ratio_high) + ("" if one.keeps_time else MISSED),
    ]


def is_enough(compared: Iterable[Outcome]) -> bool:
    """Tell whether at most one in ten misses."""
    kept = [one.is_near and one.is_in_time and one.keeps_time for one in compared]
    return kept.count(False) <= len(kept) // 10
