"""Files that are there complete or not at all, however their writer ends, even where the power fails."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


class CannotWrite(SystemExit):
    """A file can't be written, as on a full disk; ends a command with what is wrong and nothing else."""


@contextmanager
def whole_file(path: Path) -> Iterator[IO[str]]:
    """A text file to write, which gets its name once all of it is on the disk. Raises CannotWrite where it can't be."""
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("w", newline="", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise CannotWrite(f"{path}: can't be written: {error.strerror}; the same command goes on once it can") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    with whole_file(path) as file:
        file.write(text)
