"""Adopt all descendants of this process: list them, count their CPU time, and end them, orphans included."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from time import monotonic, sleep

from concbench.common.processes import end_processes
from concbench.measured.children import is_at_work
from concbench.measured.usage import children_of

SETTLING_S = 0.05  # a program may end as soon as it sees that the process is gone that started it
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
LIBC = ctypes.CDLL(None, use_errno=True)


def set_for_process(option: int, value: int, name: str) -> None:
    """Set an attribute of this process (see prctl(2))."""
    if LIBC.prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), f"prctl({name})")


def adopt_orphans() -> None:
    """Become the parent of each descendant whose own parent ends, so that it can be waited for."""
    set_for_process(PR_SET_CHILD_SUBREAPER, 1, "PR_SET_CHILD_SUBREAPER")


def end_with_parent(number: int = signal.SIGTERM) -> None:
    """Have the kernel send this process a signal when its parent ends."""
    set_for_process(PR_SET_PDEATHSIG, number, "PR_SET_PDEATHSIG")


def killed_with(parent: int) -> Callable[[], None]:
    """Return a function for a new process of ``parent``: from then on the kernel kills it when ``parent`` ends."""

    def begin() -> None:
        end_with_parent(signal.SIGKILL)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return begin


def family(process: int, others: Collection[int] = ()) -> Iterator[int]:
    """Yield the descendants of a process, without the ``others`` among its children. Of this process, orphans are children."""
    for child in children_of(process):
        if child not in others:
            yield child
            yield from family(child)


def orphans_of(session: int, others: Collection[int] = ()) -> set[int]:
    """Return the orphans that are at work in a session, without the ``others``.

    A session has the number of the process that began it. A program that leaves it, as a daemon does, means to go on.
    """
    found = set()
    for child in children_of(os.getpid()):
        with suppress(ProcessLookupError):  # it has been waited for
            if child != session and child not in others and os.getsid(child) == session and is_at_work(child):
                found.add(child)
    return found


def lasting_orphans(session: int, others: Collection[int] = ()) -> set[int]:
    """Return the orphans that are at work in a session now, and don't end at once."""
    found, until = orphans_of(session, others), monotonic() + SETTLING_S
    while found and monotonic() < until:
        sleep(0.001)
        found &= orphans_of(session, others)
    return found


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


def end_children(spared: Collection[int] = ()) -> None:
    """End and wait for all children but those that are spared, and for what they leave behind."""
    end_processes(lambda: living_children(spared))


def living_children(spared: Collection[int]) -> list[int]:
    """Return this process's children but those that are spared. Wait for those that have ended."""
    living = []
    for child in children_of(os.getpid()):
        with suppress(ProcessLookupError, ChildProcessError):  # another thread has waited for it
            if child not in spared and os.waitpid(child, os.WNOHANG)[0] == 0:
                living.append(child)
    return living
