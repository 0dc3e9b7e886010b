"""Account for what this process, the children it has waited for and its living descendants have used so far.

A fork server is a child that stays alive and is the parent of the workers. The kernel reports the CPU time of the workers
that it has waited for, in ticks of 10 ms, but neither their context switches nor their memory; see proc_pid_stat(5) and
proc_pid_status(5).
"""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
ENDED = "Z"  # state of a process that has ended and not been waited for
SETTLING_S, LOOKS, LOOK_S = 0.05, 50, 0.001  # until a process that has ended is waited for


class Living(NamedTuple):
    """Describe a living descendant of this process."""

    state: str
    reaped_faults: int
    user_ticks: int
    system_ticks: int
    voluntary_switches: int
    involuntary_switches: int
    peak_bytes: int

    @classmethod
    def read(cls, process: int) -> Living:
        """Read it from /proc. Raise OSError if the process has ended and been waited for."""
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
        fields = stat.rsplit(")", 1)[1].split()  # a command may contain spaces and parentheses
        user, system, reaped_user, reaped_system = map(int, fields[11:15])
        threads = [status_of(path) for path in Path(f"/proc/{process}/task").glob("*/status")]
        return cls(
            fields[0],
            int(fields[8]),
            user + reaped_user,
            system + reaped_system,
            sum(int(thread.get("voluntary_ctxt_switches", 0)) for thread in threads),
            sum(int(thread.get("nonvoluntary_ctxt_switches", 0)) for thread in threads),
            peak_bytes(Path(f"/proc/{process}/status")),
        )


def status_of(path: Path) -> dict[str, str]:
    """Read a status file in /proc as names and values; none if the thread or process has ended."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    return dict(line.split(":", 1) for line in lines if ":" in line)


def peak_bytes(status: Path) -> int:
    """Return the peak resident memory in a status file, in bytes; 0 if the process has ended. Linux counts in KiB."""
    return int(status_of(status).get("VmHWM", "0 kB").split()[0]) * 1024


def children_of(process: int) -> list[int]:
    """Return the children of all threads of a process."""
    found: list[int] = []
    with suppress(OSError):  # the process has just ended
        for thread in Path(f"/proc/{process}/task").iterdir():  # glob() takes longer where there are many
            with suppress(OSError):  # the thread has just ended
                found += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found


def descendants(process: int) -> list[Living]:
    """Return all living descendants of a process."""
    found = []
    for child in children_of(process):
        found += descendants(child)
        with suppress(OSError):  # the child has just ended
            found.append(Living.read(child))
    return found


def settled_descendants() -> list[Living]:
    """Return this process's descendants once those that ended have been waited for, so that each counts exactly once.

    The number of looks is limited, too, since the work may have stopped the clock.
    """
    until = monotonic() + SETTLING_S
    for _ in range(LOOKS):
        found = descendants(os.getpid())
        if monotonic() > until or not any(one.state == ENDED for one in found):
            break
        sleep(LOOK_S)
    return found


class Usage(NamedTuple):
    """Add up resources used so far; the last three are None if the kernel doesn't report those of all processes."""

    cpu_user_s: float
    cpu_system_s: float
    voluntary_switches: int | None
    involuntary_switches: int | None
    peak_memory_bytes: int | None

    @classmethod
    def of_descendants(cls) -> Usage:
        """Add up what the descendants used; the peak of memory is that of the largest process, this one included."""
        living = settled_descendants()
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        all_seen = not any(one.reaped_faults for one in living)
        return cls(
            children.ru_utime + sum(one.user_ticks for one in living) / TICKS_PER_S,
            children.ru_stime + sum(one.system_ticks for one in living) / TICKS_PER_S,
            children.ru_nvcsw + sum(one.voluntary_switches for one in living) if all_seen else None,
            children.ru_nivcsw + sum(one.involuntary_switches for one in living) if all_seen else None,
            max(peak_memory_bytes(), *(one.peak_bytes for one in living), 0) if all_seen else None,
        )

    def since(self, before: Usage) -> Usage:
        return Usage(
            self.cpu_user_s - before.cpu_user_s,
            self.cpu_system_s - before.cpu_system_s,
            difference(self.voluntary_switches, before.voluntary_switches),
            difference(self.involuntary_switches, before.involuntary_switches),
            self.peak_memory_bytes,
        )

    def with_own(self, before: resource.struct_rusage, after: resource.struct_rusage) -> Usage:
        """Add what this process itself used between two readings."""
        voluntary, involuntary = after.ru_nvcsw - before.ru_nvcsw, after.ru_nivcsw - before.ru_nivcsw
        return Usage(
            self.cpu_user_s + after.ru_utime - before.ru_utime,
            self.cpu_system_s + after.ru_stime - before.ru_stime,
            None if self.voluntary_switches is None else self.voluntary_switches + voluntary,
            None if self.involuntary_switches is None else self.involuntary_switches + involuntary,
            self.peak_memory_bytes,
        )


def cpu_so_far_s() -> float:
    """Return the CPU seconds that this process and its descendants have used so far."""
    own, descendants = resource.getrusage(resource.RUSAGE_SELF), Usage.of_descendants()
    return own.ru_utime + own.ru_stime + descendants.cpu_user_s + descendants.cpu_system_s


def difference(count: int | None, before: int | None) -> int | None:
    return None if count is None or before is None else count - before


def peak_memory_bytes() -> int:
    """Return the peak of the largest process, this one or a child that has been waited for. Linux counts in KiB.

    This process's peak comes from /proc, because its ``ru_maxrss`` starts at that of its parent.
    """
    return max(peak_bytes(Path("/proc/self/status")), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
