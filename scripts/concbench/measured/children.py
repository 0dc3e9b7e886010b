"""Keep the kernel's accounts of child processes, tell which are at work, and name the signals that end them.

The kernel adds up the CPU time of children only if the parent waits for them. Where SIGCHLD is ignored, it removes children at
once, and their CPU time is lost; see wait(2) and getrusage(2). A process inherits this. Standard library alone, Python 3.9 or
newer.
"""

from __future__ import annotations

import signal
from contextlib import suppress
from pathlib import Path

PROGRAMS_LEFT = "{} left {} of its programs running, which were not timed: have it wait for them, as subprocess.run() does"
HELPERS = (b"resource_tracker import main", b"forkserver import main")  # in the commands of those that multiprocessing keeps
ENDED = (b"Z", b"X")  # states of a process, see proc_pid_stat(5)


def are_ignored() -> bool:
    """Check whether this process ignores SIGCHLD."""
    return signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN


def keep_accounts() -> bool:
    """Stop ignoring SIGCHLD, and return whether it was ignored. Only the main thread can do this."""
    if not are_ignored():
        return False
    with suppress(ValueError):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    return True


def signal_name(number: int) -> str:
    """Return the name of a signal, such as ``SIGKILL``, or its number if it has no name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def is_at_work(process: int) -> bool:
    """Check whether a process has not ended, and isn't one that multiprocessing or loky keeps for its own purposes."""
    try:
        state = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()[0]
        command = Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:  # it has been waited for
        return False
    return state not in ENDED and not any(helper in command for helper in HELPERS)
