"""Lock a campaign for one pipeline at a time, and the machine for one measuring pipeline at a time.

The pipeline's process holds locks of the kernel (flock(2)), which end with it, however it ends.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from concbench.common.formatting import printable

MACHINE = Path("/tmp/python-concurrency-measuring.lock")  # one for all checkouts and users, whatever TMPDIR they have
LONGEST_NAME = 200  # of who has a lock


class Locked(Exception):
    """Report who has a lock."""


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def hold(path: Path, wait: Callable[[str], None] | None) -> IO[str]:
    """Lock a file for as long as the returned file stays open.

    If another process has the lock, call ``wait`` with its name and wait. Without ``wait``, raise Locked.
    """
    while True:
        file = opened(path)
        try:
            lock(file, path, wait)
            if is_at(file, path):
                break
            file.close()  # somebody deleted it meanwhile, and another process may have locked its successor
        except BaseException:
            file.close()
            raise
    if file.writable():
        file.seek(0)
        file.truncate()
        file.write(f"process {os.getpid()} in {Path.cwd()}\n")
        file.flush()
    return file


def opened(path: Path) -> IO[str]:
    """Open a lock's file, which may be another user's. Raise OSError if it isn't a file of its own, but a link or device."""
    flags = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | flags, 0o666)
        with suppress(OSError):
            os.fchmod(descriptor, 0o666)  # so that other users can write their names, whatever the umask is
    except FileExistsError:
        try:
            descriptor = os.open(path, os.O_RDWR | flags)
        except PermissionError:
            descriptor = os.open(path, os.O_RDONLY | flags)  # this is enough for a lock
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode) or about.st_nlink > 1:
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is a link, a folder or a device, not a file of its own", str(path))
    mode = "r+" if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_RDWR else "r"
    return os.fdopen(descriptor, mode, encoding="utf-8", errors="surrogateescape")


def is_at(file: IO[str], path: Path) -> bool:
    """Check whether an open file is still the one at its path."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.lstat(path))
    except FileNotFoundError:
        return False


def lock(file: IO[str], path: Path, wait: Callable[[str], None] | None) -> None:
    """Lock an open file; if another process has the lock, wait for it or raise Locked."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if not isinstance(error, BlockingIOError):  # such as a network disk mounted without locks
            raise OSError(error.errno, error.strerror, str(path)) from error
        holder = printable(file.read(LONGEST_NAME).strip()) or "another process"
        if wait is None:
            raise Locked(holder) from None
        wait(holder)
        with ended_by_signals():
            fcntl.flock(file, fcntl.LOCK_EX)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Meanwhile have signals end this process by SystemExit, at once. Snakemake's handlers would wait for a lock."""
    usual = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    if usual[signal.SIGHUP] == signal.SIG_IGN:  # by nohup
        del usual[signal.SIGHUP]
    for number in usual:
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)


def lock_campaign(folder: Path) -> IO[str]:
    """Lock a campaign's results. Raise Locked if another pipeline works on them."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return hold(folder / ".lock", wait=None)
    except Locked as holder:
        raise Locked(f"{folder}: {holder} is working on this campaign. Wait for it, or stop it.") from None


def lock_machine(path: Path = MACHINE) -> IO[str] | None:
    """Wait for the right to measure on this machine. Return None, with a warning, if locks don't work here."""
    try:
        return hold(path, wait=lambda holder: say(f"Waiting for {holder}, which is measuring on this machine."))
    except OSError as error:
        say(f"{path}: cannot lock this file ({error.strerror}). A second campaign could interfere with this one.")
        return None
