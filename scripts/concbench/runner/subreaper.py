"""Count the CPU time of all descendants of this process, orphans included."""

from __future__ import annotations

import ctypes
import os
import resource
from time import monotonic, sleep

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Become the parent of each descendant whose own parent ends (see prctl(2)), so that it can be waited for."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def reaped_cpu_s() -> float:
    """Return the CPU seconds of all children that have been waited for, and of their own."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def reap_group(group: int, seconds: float = 2.0) -> None:
    """Wait up to ``seconds`` for all children in a process group, which has been killed."""
    until = monotonic() + seconds
    while monotonic() < until:
        try:
            pid, _ = os.waitpid(-group, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            sleep(0.001)
