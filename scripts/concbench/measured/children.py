"""Keep the kernel's accounts of child processes, and name the signals that end them.

The kernel adds up the CPU time of children only if the parent waits for them. Where SIGCHLD is ignored, it removes children at
once, and their CPU time is lost; see wait(2) and getrusage(2). A process inherits this. Standard library alone, Python 3.9 or
newer.
"""

from __future__ import annotations

import signal
from contextlib import suppress


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
