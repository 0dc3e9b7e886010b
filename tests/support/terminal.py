"""Imitate a terminal, so that a test can look at what stays on it."""

from __future__ import annotations

import io
import re

PARTS = re.compile(r"\x1b\[(?P<count>\d*)(?P<code>[A-Za-z])|(?P<letter>.)", re.DOTALL)


class FakeTerminal(io.StringIO):
    """Understands line ends, wrapping, moving the cursor up, and erasing down to the end; everything else is an error."""

    def __init__(self, columns: int = 80, height: int = 50) -> None:
        super().__init__()
        self.columns, self.height = columns, height
        self.rows: list[str] = [""]  # all that it has shown; the last ``height`` are on the screen
        self.row = self.column = 0

    @property
    def seen(self) -> list[str]:
        """Return the lines that can be read, with those scrolled away, down to the cursor's line."""
        rows = [row.rstrip() for row in self.rows]
        return rows[:-1] if not rows[-1] else rows

    def write(self, text: str) -> int:
        for part in PARTS.finditer(text):
            if part["letter"] is not None:
                self.put(part["letter"])
            elif part["code"] == "A":
                self.row = max(self.row - int(part["count"] or 1), len(self.rows) - self.height, 0)
            elif part["code"] == "J":
                assert part["count"] in ("", "0")
                self.rows[self.row] = self.rows[self.row][: self.column]
                del self.rows[self.row + 1 :]
            else:
                assert part["code"] == "m", f"{part[0]!r} is unknown to this terminal"
        return len(text)

    def put(self, letter: str) -> None:
        if letter == "\r":
            self.column = 0
        elif letter == "\n":
            self.to_next_row()
        else:
            assert letter.isprintable(), f"{letter!r} does something to a terminal"
            if self.column == self.columns:
                self.to_next_row()
            row = self.rows[self.row].ljust(self.column)
            self.rows[self.row] = row[: self.column] + letter + row[self.column + 1 :]
            self.column += 1

    def to_next_row(self) -> None:
        self.row, self.column = self.row + 1, 0
        if self.row == len(self.rows):
            self.rows.append("")
