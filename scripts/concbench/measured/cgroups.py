"""Read the limits that control groups (cgroups) set for this process: CPU quotas and memory, in versions 1 and 2.

A container's limits are those of its group, as with ``docker run --cpus 1.5``. Groups are nested, and every limit applies. A
group whose files can't be read counts as unlimited. Standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PROC = Path("/proc/self")
MOST_THROTTLED = 0.05  # a run stopped for a larger share of its time doesn't count
CPU_FILES = (("cpu.max",), ("cpu.cfs_quota_us", "cpu.cfs_period_us"))  # of versions 2 and 1
MEMORY_FILES = ("memory.max", "memory.limit_in_bytes")
THROTTLED_S = {"throttled_usec": 1e-6, "throttled_time": 1e-9}  # units of the two versions, in seconds


class Quota(NamedTuple):
    """Describe a group with a CPU quota."""

    folder: Path
    cpus: float


class Throttled(NamedTuple):
    """Count how often CPU quotas have stopped the processes of their groups so far."""

    periods: int
    seconds: float  # added up over the CPUs


def content(path: Path) -> str:
    """Return what a file contains, or nothing if it can't be read."""
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def group_folders(controller: str, proc: Path = PROC) -> list[Path]:
    """Return the folders of this process's groups for a controller, each followed by those of the groups around it."""
    paths = [line.split(":", 2) for line in content(proc / "cgroup").splitlines() if line.count(":") >= 2]
    found: list[Path] = []
    for line in content(proc / "mountinfo").splitlines():
        mount, _, kind = line.partition(" - ")
        fields, kinds = mount.split(" "), kind.split(" ")
        if len(fields) < 5 or kinds[0] not in ("cgroup", "cgroup2"):
            continue
        for _, controllers, path in paths:
            if kinds[0] == "cgroup" and (controller not in controllers.split(",") or controller not in kinds[-1].split(",")):
                continue
            if kinds[0] == "cgroup2" and controllers:
                continue
            found += between(Path(unescaped(fields[4])), path_within(path, unescaped(fields[3])))
    return list(dict.fromkeys(found))


def unescaped(field: str) -> str:
    r"""Return a path of /proc/self/mountinfo as it is: a space is written as ``\040`` there."""
    return re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), field)


def path_within(path: str, root: str) -> str:
    """Return a group's path from the root of its mount. It is empty if the mount doesn't show the group."""
    parts, above = Path(path).parts[1:], Path(root).parts[1:]
    return "/".join(parts[len(above) :]) if parts[: len(above)] == above and ".." not in parts else ""


def between(mount: Path, path: str) -> Iterator[Path]:
    """Yield the folder of a group, then those of the groups around it, up to the mount."""
    folder = mount / path
    while folder != mount:
        yield folder
        folder = folder.parent
    yield mount


def quota_cpus(folder: Path) -> float | None:
    """Return how many CPUs a group's quota allows at a time; None if it has no quota."""
    for files in CPU_FILES:
        fields = " ".join(content(folder / name) for name in files).split()
        try:
            quota_us, period_us = map(int, fields)
        except ValueError:  # "max", or no such file
            continue
        if quota_us > 0 and period_us > 0:
            return quota_us / period_us
    return None


@cache
def quotas(proc: Path = PROC) -> Sequence[Quota]:
    """Return the groups around this process that have a CPU quota."""
    found = ((folder, quota_cpus(folder)) for folder in group_folders("cpu", proc))
    return tuple(Quota(folder, cpus) for folder, cpus in found if cpus)


def cpu_quota(proc: Path = PROC) -> float | None:
    """Return how many CPUs this process may use at a time, by the least quota around it; None without a quota."""
    return min((quota.cpus for quota in quotas(proc)), default=None)


def throttled(proc: Path = PROC) -> Throttled | None:
    """Return how often quotas have stopped this process's groups; None without a quota."""
    periods, seconds = 0, 0.0
    for quota in quotas(proc):
        counts = dict(line.split() for line in content(quota.folder / "cpu.stat").splitlines() if len(line.split()) == 2)
        periods += int(counts.get("nr_throttled", 0))
        seconds += sum(int(counts.get(name, 0)) * unit_s for name, unit_s in THROTTLED_S.items())
    return Throttled(periods, seconds) if quotas(proc) else None


def memory_bytes(proc: Path = PROC) -> int:
    """Return the memory that this process may use: the machine's, or less if a group around it has a limit."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    texts = (content(folder / name).strip() for folder in group_folders("memory", proc) for name in MEMORY_FILES)
    return min([machine, *(int(text) for text in texts if text.isdecimal())])
