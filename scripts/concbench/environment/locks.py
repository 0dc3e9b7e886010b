"""Lock a campaign for one pipeline at a time, and the machine for one measuring pipeline at a time.

The pipeline's process holds locks of the kernel (flock(2)), which end with it, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

MACHINE = Path(os.environ.get("TMPDIR", "/tmp")) / "python-concurrency-measuring.lock"  # one for all checkouts


class Held(Exception):
    """Report who has a lock."""


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def hold(path: Path, wait: Callable[[str], None] | None) -> IO[str]:
    """Lock a file for as long as the returned file stays open.

    If another process has the lock, call ``wait`` with its name and wait. Without ``wait``, raise Held.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    file = os.fdopen(descriptor, "r+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if not isinstance(error, BlockingIOError):  # such as a network disk mounted without locks
            raise OSError(error.errno, error.strerror, str(path)) from error
        holder = file.read().strip() or "another process"
        if wait is None:
            file.close()
            raise Held(holder) from None
        wait(holder)
        with ended_by_sigterm():
            fcntl.flock(file, fcntl.LOCK_EX)
    file.seek(0)
    file.truncate()
    file.write(f"process {os.getpid()} in {Path.cwd()}\n")
    file.flush()
    return file


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """Let a SIGTERM end this process at once; Snakemake's handler would wait until the lock is free."""
    usual = signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, usual)


def hold_campaign(folder: Path) -> IO[str]:
    """Lock a campaign's results. Raise Held if another pipeline works on them."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return hold(folder / ".lock", wait=None)
    except Held as holder:
        raise Held(f"{folder}: {holder} is working on this campaign. Wait for it, or stop it.") from None


def hold_machine(path: Path = MACHINE) -> IO[str] | None:
    """Wait for the right to measure on this machine. Return None, with a warning, if locks don't work here."""
    try:
        return hold(path, wait=lambda holder: say(f"Waiting for {holder}, which is measuring on this machine."))
    except OSError as error:
        say(f"{path}: cannot lock this file ({error.strerror}). A second campaign could interfere with this one.")
        return None
