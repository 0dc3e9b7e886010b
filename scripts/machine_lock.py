"""One measuring pipeline at a time on a machine: a second one, in whatever checkout, waits and says for whom."""

from __future__ import annotations

import fcntl
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

LOCK = Path(tempfile.gettempdir()) / "python-concurrency-measuring.lock"


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def hold(path: Path, holder: str, tell: Callable[[str], None] = say) -> IO[str]:
    """Wait until nobody else holds the lock, then hold it until the file that is returned is closed.

    It ends with the process however that ends, since the kernel keeps it; a child that is started by another program
    doesn't inherit it.
    """
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666), "r+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        tell(f"Waiting until nothing else is measured on this machine: {file.read() or 'another pipeline is at it'}")
        fcntl.flock(file, fcntl.LOCK_EX)
    file.seek(0)
    file.truncate()
    file.write(holder)
    file.flush()
    return file


def hold_machine() -> IO[str] | None:
    """The machine's lock for this process; None, with a warning, where it can't be had at all."""
    try:
        return hold(LOCK, f"process {os.getpid()} in {Path.cwd()}")
    except OSError as error:
        say(f"Nothing keeps a second pipeline from measuring at the same time, since {LOCK} can't be locked: {error}")
        return None
