"""Account for CPU time that other programs or virtual machines used, or a CPU quota withheld, while a run was measured."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from concbench.measured.cgroups import Throttled, throttled
from concbench.measured.machine import allowed_cpus
from concbench.measured.usage import cpu_so_far_s

LEAST_BACKGROUND_S = 0.05
STEAL = 7  # index of its column in /proc/stat, see proc(5)


@dataclass(frozen=True)
class BusyTime:
    """Record the CPU seconds that our CPUs have spent so far, on any program or stolen by the hypervisor, and when."""

    cpu_s: float
    at: float
    own_cpu_s: float  # of cpu_s, on this process and its descendants
    throttled: Throttled | None = None  # how often a CPU quota has stopped us so far; None without a quota

    @classmethod
    def now(cls) -> BusyTime:
        proc_stat = Path("/proc/stat").read_text(encoding="ascii")
        return cls(busy_cpu_s(proc_stat, os.sched_getaffinity(0)), perf_counter(), cpu_so_far_s(), throttled())


def busy_cpu_s(proc_stat: str, cpus: Collection[int]) -> float:
    """Add up the user, nice, system and stolen seconds of some CPUs in /proc/stat. Interrupts are left out."""
    names = {f"cpu{number}" for number in cpus}
    lines = [fields for line in proc_stat.splitlines() if (fields := line.split()) and fields[0] in names]
    ticks = [[int(field) for field in fields[1:]] for fields in lines]
    return sum(sum(one[:3]) + one[STEAL] for one in ticks) / os.sysconf("SC_CLK_TCK")


def background_share(before: BusyTime, after: BusyTime) -> float:
    """Return the share, from 0 to 1, of our CPUs' time between two moments that others used."""
    background_s = after.cpu_s - before.cpu_s - (after.own_cpu_s - before.own_cpu_s)
    return min(1.0, max(0.0, background_s) / ((after.at - before.at) * allowed_cpus()))


def interferes(share: float, seconds: float, limit: float) -> bool:
    """Check whether other programs used more than ``limit``, a share from 0 to 1, of the CPU time of a span.

    The kernel counts in ticks of 10 ms, so a few ticks prove nothing.
    """
    return share > limit and share * seconds * allowed_cpus() > LEAST_BACKGROUND_S


@dataclass(frozen=True)
class Throttling:
    """Record how a CPU quota stopped us between two moments; both values are None without a quota."""

    periods: int | None = None
    share: float | None = None  # of the time, added up over the CPUs

    @classmethod
    def between(cls, before: BusyTime, after: BusyTime) -> Throttling:
        if before.throttled is None or after.throttled is None:
            return cls()
        stopped_s = after.throttled.seconds - before.throttled.seconds
        return cls(after.throttled.periods - before.throttled.periods, stopped_s / (after.at - before.at))
