"""Write lines to a terminal, and keep some more below them that are written anew each time."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TextIO
from unicodedata import category, east_asian_width

USUAL = os.terminal_size((80, 24))
FIRST_ACCENT = "\u0300"  # letters before it take one column each


class Output(Enum):
    """Say how progress is shown."""

    LIVE = auto()  # a line for each run; below, the state is written anew
    LINES = auto()  # a line for each run, and the state now and then: a terminal that can't move its cursor
    SPARSE = auto()  # the state now and then: a file, a pipe, the log of a CI job


def output_for(is_terminal: bool, variables: Mapping[str, str]) -> Output:
    """Choose how progress is shown, given environment variables. CI services may pretend to be a terminal."""
    if not is_terminal or variables.get("CI", "").lower() not in ("", "0", "false"):
        return Output.SPARSE
    return Output.LINES if variables.get("TERM", "dumb") == "dumb" else Output.LIVE


def size_of(stream: TextIO) -> os.terminal_size:
    """Return the size of a stream's terminal, or a usual one if it is unknown."""
    try:
        size = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return USUAL
    return size if size.columns and size.lines else USUAL


@dataclass
class Screen:
    """Writes to a terminal.

    The lowest lines, the state, are erased and written anew below each new line. They use no colour, and they are narrower than
    the terminal, so that none of them wraps. The cursor waits below them: what others print stays whole.
    """

    stream: TextIO
    size: Callable[[], os.terminal_size]
    lines: int = 0  # of the state, on the screen
    columns: int = 0  # of the terminal when they were written

    def write(self, text: str, state: Sequence[str] = ()) -> None:
        """Write a text that stays, if any, and below it the state in place of the last one."""
        columns = self.size().columns
        self.leave_if_narrower(columns)
        below = [fitted(line, columns - 1) for line in state]
        erase = f"\r\x1b[{self.lines}A\x1b[J" if self.lines else ""
        self.lines, self.columns = len(below), columns
        self.stream.write("".join([erase, *(f"{line}\n" for line in [*([text] if text else []), *below])]))
        self.stream.flush()

    def leave_if_narrower(self, columns: int) -> None:
        """Leave the state alone if the terminal may have wrapped it: nobody knows how many lines it has become."""
        if columns < self.columns:
            self.leave()

    def leave(self) -> None:
        """Let the state stay as it is, because something else has been printed below it, or is going to be."""
        self.lines = 0


def width_of(text: str) -> int:
    """Return how many columns of a terminal a text takes: two for East Asian letters, none for accents on another letter."""
    if max(text, default="") < FIRST_ACCENT:
        return len(text)
    return sum(0 if category(one) in ("Mn", "Me", "Cf") else 2 if east_asian_width(one) in "WF" else 1 for one in text)


def fitted(text: str, width: int) -> str:
    """Cut a text to some columns, with ``…`` in place of the rest."""
    if width_of(text) <= width:
        return text
    kept, taken = "", 0
    for one in text:
        taken += width_of(one)
        if taken > width - 1:
            break
        kept += one
    return f"{kept.rstrip()}…"[: max(width, 0)]


def padded(text: str, width: int) -> str:
    """Cut or fill a text to some columns."""
    cut = fitted(text, width)
    return cut + " " * (width - width_of(cut))
