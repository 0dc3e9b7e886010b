"""What a process and the children it has waited for have used so far; part of the subject."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import NamedTuple


class Usage(NamedTuple):
    cpu_user_s: float
    cpu_system_s: float
    voluntary_switches: int
    involuntary_switches: int

    @classmethod
    def now(cls) -> Usage:
        own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        return cls(
            own.ru_utime + children.ru_utime,
            own.ru_stime + children.ru_stime,
            own.ru_nvcsw + children.ru_nvcsw,
            own.ru_nivcsw + children.ru_nivcsw,
        )

    def since(self, before: Usage) -> Usage:
        return Usage(
            self.cpu_user_s - before.cpu_user_s,
            self.cpu_system_s - before.cpu_system_s,
            self.voluntary_switches - before.voluntary_switches,
            self.involuntary_switches - before.involuntary_switches,
        )


def peak_memory_bytes() -> int:
    """Of the largest process: this one or a child that it has waited for. Linux counts in KiB.

    This one's own peak is taken from /proc, since its ``ru_maxrss`` starts at that of the process that started it.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) * 1024
