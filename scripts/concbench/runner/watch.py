"""Keep a run within its limits of memory and log, from outside the measured process.

The runner looks ten times a second while it waits. A look takes about 20 µs and reads two numbers: the memory that the
machine has left, and the length of the log. The runner adds up the memory of the run's processes only if the machine has lost
half of what the run may still take. So a run within its limits isn't disturbed. A limit of address space (RLIMIT_AS) counts
whole stacks, so it would end runs with thousands of threads. A cgroup needs rights that users don't have.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import IO

from concbench.runner.process_pipe import NoAnswer
from concbench.runner.subreaper import family

MEMORY_LIMIT = 0.5  # share of the memory that this process may use; the config's default
LOG_BYTES = 10_000_000
CUT = "\n[The rest is cut. A run's log keeps {} MB.]\n"


class OverLimit(NoAnswer):
    """Report that a run was ended because it used too much memory."""


class Watch:
    """Watch the memory of a process and its descendants, and its log.

    Args:
        process: The process, a child of this one.
        memory_bytes: The memory that they may use together.
        log: The file that they print to.
        others: Children of this process that have nothing to do with the run.
    """

    def __init__(self, process: int, memory_bytes: int, log: IO[bytes], others: Collection[int]) -> None:
        self.memory_bytes, self.log, self.others = memory_bytes, log, others
        self.most_available, self.room_bytes = available_bytes(), memory_bytes
        with suppress(OSError):  # if the machine runs out of memory, the kernel then kills this process first
            Path(f"/proc/{process}/oom_score_adj").write_text("1000", encoding="ascii")

    def look(self) -> None:
        """Shorten the log if it is too long. Raise OverLimit if the processes use too much memory."""
        shorten(self.log)
        available = available_bytes()
        self.most_available = max(self.most_available, available)
        if self.most_available - available < self.room_bytes / 2:
            return
        used_bytes = memory_used(self.memory_bytes, self.others)
        if used_bytes > self.memory_bytes:
            used, most = (f"{number / 1e6:.0f} MB" for number in (used_bytes, self.memory_bytes))
            raise OverLimit(f"its processes used {used} of memory together; the limit is {most} (memory_limit in the config)")
        self.most_available, self.room_bytes = available, self.memory_bytes - used_bytes


def available_bytes() -> int:
    """Return how much memory the machine has available."""
    with Path("/proc/meminfo").open("rb") as file:
        text = file.read()
    start = text.index(b"MemAvailable:") + 13
    return int(text[start : text.index(b"kB", start)]) * 1024


def memory_used(enough_bytes: int, others: Collection[int]) -> int:
    """Return the memory that all descendants of this process use, in bytes, without the ``others`` among its children.

    Pages that several processes share count once if the sum is more than ``enough_bytes``, otherwise each time: finding the
    shared pages takes the kernel long, and stops the processes meanwhile.
    """
    found = list(family(os.getpid(), others))
    used_bytes = sum(kib(one, "status", "VmRSS:", "VmSwap:") for one in found) * 1024
    if used_bytes > enough_bytes and len(found) > 1:
        used_bytes = sum(kib(one, "smaps_rollup", "Pss:", "SwapPss:") or kib(one, "status", "VmRSS:") for one in found) * 1024
    return used_bytes


def kib(process: int, file: str, *names: str) -> int:
    """Add up amounts that a file of /proc/<process> lists in KiB; 0 if the process has ended or the file can't be read."""
    try:
        lines = Path(f"/proc/{process}/{file}").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return 0
    return sum(int(fields[1]) for fields in map(str.split, lines) if fields and fields[0] in names)


def append_only(log: IO[bytes]) -> None:
    """Make all processes that share the log append to it, so that it can be shortened."""
    fcntl.fcntl(log, fcntl.F_SETFL, fcntl.fcntl(log, fcntl.F_GETFL) | os.O_APPEND)


def shorten(log: IO[bytes]) -> None:
    """Cut a log that is too long."""
    if os.fstat(log.fileno()).st_size > LOG_BYTES:
        os.ftruncate(log.fileno(), LOG_BYTES + 1)  # the extra byte marks the log as cut


def finish_log(log: IO[bytes]) -> None:
    """Cut a log that is too long, and say so at its end."""
    if os.fstat(log.fileno()).st_size > LOG_BYTES:
        os.ftruncate(log.fileno(), LOG_BYTES)
        os.write(log.fileno(), CUT.format(LOG_BYTES // 1_000_000).encode())
