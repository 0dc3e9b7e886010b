"""CPU time that went to other programs, or other virtual machines, while a run was measured."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from concbench.measured.machine import cpus

LEAST_BACKGROUND_S = 0.05
STEAL = 7  # its place among the columns of /proc/stat, see proc(5)


@dataclass(frozen=True)
class BusyTime:
    """CPU time that the CPUs we may use have spent on anybody so far, or the hypervisor on other machines."""

    cpu_s: float
    at: float

    @classmethod
    def now(cls) -> BusyTime:
        proc_stat = Path("/proc/stat").read_text(encoding="ascii")
        return cls(busy_cpu_s(proc_stat, os.sched_getaffinity(0)), perf_counter())


def busy_cpu_s(proc_stat: str, cpus: Collection[int]) -> float:
    """User, nice, system and stolen time of some CPUs in /proc/stat; interrupts belong to nobody."""
    names = {f"cpu{number}" for number in cpus}
    lines = [fields for line in proc_stat.splitlines() if (fields := line.split()) and fields[0] in names]
    ticks = [[int(field) for field in fields[1:]] for fields in lines]
    return sum(sum(one[:3]) + one[STEAL] for one in ticks) / os.sysconf("SC_CLK_TCK")


def background_share(before: BusyTime, after: BusyTime, own_cpu_s: float) -> float:
    """The share of our CPUs' time between two moments that was not our own."""
    background_s = max(0.0, after.cpu_s - before.cpu_s - own_cpu_s)
    return background_s / ((after.at - before.at) * cpus())


def interferes(share: float, seconds: float, limit: float) -> bool:
    """Whether so large a share of so long a span went to others as to disturb what was measured.

    The kernel counts in ticks of 10 ms, so that some of them say nothing yet.
    """
    return share > limit and share * seconds * cpus() > LEAST_BACKGROUND_S
