"""Write files that are complete or don't exist, however their writer ends, even after a power failure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


class CannotWrite(SystemExit):
    """End a command whose output can't be written, as on a full disk, with a message instead of a traceback."""


@contextmanager
def whole_file(path: Path) -> Iterator[IO[str]]:
    """Open a text file that gets its name only when all of it is on the disk. Raise CannotWrite if that fails."""
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("w", newline="", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise CannotWrite(f"{path}: cannot write this file ({error.strerror}). Fix that, then repeat the command.") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Write a text file completely or not at all. Raise CannotWrite if that fails."""
    with whole_file(path) as file:
        file.write(text)
