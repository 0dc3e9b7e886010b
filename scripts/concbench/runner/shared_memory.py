"""Note the most memory that the processes of a run use together, where pages that they share count once.

The kernel's proportional set size (PSS, see proc_pid_smaps(5)) gives each process its part of a shared page. To add it up, the
kernel walks through all pages of a process: on 2 busy CPUs (Linux 6.18) that took 0.3 ms for a process of 10 MB, 0.8 ms for
50 MB and 11 to 15 ms for 500 MB. So a look waits until it takes at most half a percent of the time since the last one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from pathlib import Path
from time import perf_counter

from concbench.runner.subreaper import family

SHARE = 0.005  # of the time, that looks may take
LOOK_S_PER_BYTE = 2.5e-11  # as above; for the first look, whose cost is not known yet
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class MemoryTogether:
    """Look at the memory of a run's processes, as often as its cost allows.

    Args:
        others: Children of this process that have nothing to do with the run.
        clock: Counts seconds.
    """

    def __init__(self, others: Collection[int], clock: Callable[[], float] = perf_counter) -> None:
        self.others, self.clock = others, clock
        self.peak_bytes: int | None = None  # None if it is unknown
        self.begun = clock()
        self.next_look: float | None = None

    def look(self) -> None:
        """Note the memory that all processes use now, unless it is too early for that."""
        if self.next_look is None:
            self.next_look = self.begun + LOOK_S_PER_BYTE * rss_bytes(family(os.getpid(), self.others)) / SHARE
        begun = self.clock()
        if begun < self.next_look:
            return
        used_bytes = pss_bytes(family(os.getpid(), self.others))
        if used_bytes is not None:
            self.peak_bytes = max(self.peak_bytes or 0, used_bytes)
        ended = self.clock()
        self.next_look = ended + (ended - begun) / SHARE


def rss_bytes(processes: Iterator[int]) -> int:
    """Add up the memory of processes, where pages that they share count each time. The kernel knows this without a look."""
    total_bytes = 0
    for process in processes:
        with suppress(OSError):  # it has just ended
            total_bytes += int(Path(f"/proc/{process}/statm").read_bytes().split()[1]) * PAGE_BYTES
    return total_bytes


def pss_bytes(processes: Iterator[int]) -> int | None:
    """Add up the memory of processes; None if the kernel doesn't tell that of all."""
    total_kib = 0
    for process in processes:
        try:
            total_kib += pss_kib(Path(f"/proc/{process}/smaps_rollup").read_bytes())
        except PermissionError:
            return None
        except OSError:  # it has just ended
            continue
    return total_kib * 1024 or None


def pss_kib(smaps_rollup: bytes) -> int:
    """Read the PSS in a file smaps_rollup, in KiB; 0 if a process has ended and left the file empty."""
    lines = [line.split() for line in smaps_rollup.splitlines() if line.startswith(b"Pss:")]
    return int(lines[0][1]) if lines else 0
