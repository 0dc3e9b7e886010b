"""Who may work when: one pipeline at a time on a campaign, and one that measures at a time on a machine.

The locks are the kernel's (flock(2)), held by the pipeline's process: they end with it, however it ends.
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

MACHINE = Path(os.environ.get("TMPDIR", "/tmp")) / "python-concurrency-measuring.lock"  # of all checkouts


class Held(Exception):
    """Somebody else has the lock; the text says who."""


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def hold(path: Path, wait: Callable[[str], None] | None) -> IO[str]:
    """Lock a file for as long as what is returned stays open.

    If another process has it, ``wait`` is told who that is and the lock is waited for; without ``wait``, raises Held.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    file = os.fdopen(descriptor, "r+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if not isinstance(error, BlockingIOError):  # as on a network disk that is mounted without locks
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
    """Meanwhile a SIGTERM ends this process: Snakemake would put it off until after what is being waited for."""
    usual = signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, usual)


def hold_campaign(folder: Path) -> IO[str]:
    """The right to write a campaign's results. Raises Held if another pipeline is at it."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return hold(folder / ".lock", wait=None)
    except Held as holder:
        raise Held(f"{folder}: {holder} is working on this campaign; wait until it is done, or end it") from None


def hold_machine(path: Path = MACHINE) -> IO[str] | None:
    """The right to measure on this machine, waited for; None, with a warning, where there can be no lock."""
    try:
        return hold(path, wait=lambda holder: say(f"Waiting for {holder}, which is measuring on this machine"))
    except OSError as error:
        say(f"Nothing keeps a second pipeline from measuring at the same time: {path} can't be locked ({error.strerror})")
        return None
