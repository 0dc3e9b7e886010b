"""Write files that are complete or don't exist, however their writer ends, even after a power failure.

A symbolic link stays one: the file that it leads to is replaced. A device or a pipe gets the bytes as they come.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any


class CannotWrite(SystemExit):
    """End a command whose output can't be written, as on a full disk, with a message instead of a traceback."""


@contextmanager
def whole_file(path: Path) -> Iterator[IO[str]]:
    """Open a text file that gets its name only when all of it is on the disk. Raise CannotWrite if that fails."""
    with written(path, "", newline="", encoding="utf-8") as file:
        yield file


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file completely or not at all. Raise CannotWrite if that fails."""
    if isinstance(content, bytes):
        with written(path, "b") as file:
            file.write(content)
    else:
        with whole_file(path) as text:
            text.write(content)


@contextmanager
def written(path: Path, kind: str, **how: Any) -> Iterator[IO[Any]]:
    """Open a file for ``whole_file``; ``kind`` is "b" for bytes. An error of reading another file passes through."""
    not_ours: OSError | None = None
    unfinished: Path | None = None
    try:
        if is_special(path):
            file = path.open("w" + kind, **how)
        else:
            target = Path(os.path.realpath(path))
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished = target.with_name(target.name + ".unfinished")
            unfinished.unlink(missing_ok=True)  # if that is a link, it must not be followed either
            file = unfinished.open("x" + kind, **how)
        with file:
            try:
                yield file
            except OSError as error:
                not_ours = error if error.filename is not None else None  # writing fails without a name
                raise
            file.flush()
            if unfinished:
                os.fsync(file.fileno())
        if unfinished:
            unfinished.replace(target)
    except OSError as error:
        if error is not_ours:
            raise
        raise CannotWrite(f"{path}: cannot write this file ({error.strerror}). Fix that, then repeat the command.") from error
    finally:
        if unfinished:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)


def is_special(path: Path) -> bool:
    """Return whether a path leads to something that is there and is neither a file nor a folder, such as /dev/null."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
