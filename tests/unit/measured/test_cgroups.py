"""The limits of control groups: both versions, nested groups, containers, and files that can't be read."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from concbench.measured import cgroups, machine
from concbench.measured.cgroups import Throttled, cpu_quota, memory_bytes, throttled

Make = Callable[..., Path]
MACHINE_BYTES = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """Make a /proc/self whose groups are folders of the test's own."""

    def make(groups: str, mounts: Mapping[str, tuple[str, str]], files: Mapping[str, str]) -> Path:
        """``mounts`` have root and kind by the name of their folder; ``files`` have their content by name."""
        proc, base = tmp_path / "proc", tmp_path / "c groups"  # whose space mountinfo writes in another way
        proc.mkdir()
        lines = [
            f"3{number} 23 0:2{number} {root} {str(base / name).replace(' ', chr(92) + '040')} rw,relatime shared:9 - {kind}"
            for number, (name, (root, kind)) in enumerate(mounts.items())
        ]
        (proc / "cgroup").write_text(groups, encoding="utf-8")
        (proc / "mountinfo").write_text("\n".join(["1 1 8:1 / / rw - ext4 /dev/sda rw", *lines]), encoding="utf-8")
        for name, text in files.items():
            (base / name).parent.mkdir(parents=True, exist_ok=True)
            (base / name).write_text(text, encoding="utf-8")
        return proc

    return make


V2 = {"unified": ("/", "cgroup2 cgroup2 rw,nsdelegate")}
V1 = {"cpu,cpuacct": ("/", "cgroup cgroup rw,cpu,cpuacct"), "memory": ("/", "cgroup cgroup rw,memory")}
X = "cpu,cpuacct/x/cpu.cfs"  # how the files of group x in version 1 begin


@pytest.mark.parametrize(
    ("groups", "mounts", "files", "quota"),
    [
        ("0::/user/mine\n", V2, {"unified/user/mine/cpu.max": "150000 100000\n"}, 1.5),
        ("0::/user/mine\n", V2, {"unified/user/mine/cpu.max": "max 100000\n", "unified/user/cpu.max": "50000 200000\n"}, 0.25),
        ("0::/a/b\n", V2, {"unified/a/b/cpu.max": "100000 100000\n", "unified/a/cpu.max": "300000 100000\n"}, 1.0),
        ("0::/\n", V2, {"unified/cpu.max": "200000 100000\n"}, 2.0),  # a container in a namespace of its own
        ("0::/../other\n", V2, {"unified/cpu.max": "200000 100000\n"}, 2.0),  # a group outside the namespace
        ("0::/a:b\n", V2, {"unified/a:b/cpu.max": "1000 100000\n"}, 0.01),
        (
            "4:cpu,cpuacct:/x\n",
            V1,
            {"cpu,cpuacct/x/cpu.cfs_quota_us": "5000\n", "cpu,cpuacct/x/cpu.cfs_period_us": "10000\n"},
            0.5,
        ),
        (
            "4:cpu,cpuacct:/x\n",
            V1,
            {"cpu,cpuacct/x/cpu.cfs_quota_us": "-1\n", "cpu,cpuacct/x/cpu.cfs_period_us": "100000\n"},
            None,
        ),
        (
            "4:cpuacct,cpu:/docker/12ab\n0::/\n",  # a container without a namespace of its own sees its group alone
            {"cpu": ("/docker/12ab", "cgroup cgroup rw,cpu,cpuacct")},
            {"cpu/cpu.cfs_quota_us": "300000", "cpu/cpu.cfs_period_us": "100000"},
            3.0,
        ),
        (
            "4:cpu,cpuacct:/x\n0::/y\n",  # version 1 for some controllers, and version 2 beside it
            {**V1, **V2},
            {
                f"{X}_quota_us": "150000",
                f"{X}_period_us": "100000",
                "unified/y/cpu.max": "max 100000",
            },
            1.5,
        ),
        ("4:cpuset:/x\n", V1, {f"{X}_quota_us": "5000", f"{X}_period_us": "10000"}, None),
        ("0::/a\n", V2, {"unified/a/cpu.max": "nonsense\n"}, None),
        ("0::/a\n", V2, {"unified/a/cpu.max": ""}, None),
        ("0::/a\n", V2, {"unified/a/cpu.max": "0 0\n"}, None),
        ("0::/a\n", V2, {"unified/a/cpu.max/a folder": "", "unified/cpu.max": "50000 100000\n"}, 0.5),  # can't be read
        ("nonsense\n::\n", V2, {"unified/cpu.max": "max 100000\n"}, None),
    ],
)
def test_the_quota_is_the_least_of_all_groups_around(
    groups: str, mounts: Mapping[str, tuple[str, str]], files: Mapping[str, str], quota: float | None, made: Make
) -> None:
    assert cpu_quota(made(groups, mounts, files)) == quota


def test_without_proc_files_there_is_no_quota(tmp_path: Path) -> None:
    assert cpu_quota(tmp_path) is None
    assert throttled(tmp_path) is None
    assert memory_bytes(tmp_path) == MACHINE_BYTES


@pytest.mark.parametrize(
    ("allowed", "quota", "expected"), [(4, None, 4), (4, 2.0, 2), (4, 1.5, 2), (4, 0.2, 1), (4, 16.0, 4), (1, 3.0, 1)]
)
def test_the_cpus_are_the_least_of_those_allowed_and_the_quota(
    allowed: int, quota: float | None, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda process: range(allowed))
    monkeypatch.setattr(machine, "cpu_quota", lambda: quota)
    assert machine.cpus() == expected
    assert machine.allowed_cpus() == allowed


def test_the_times_that_quotas_have_stopped_a_process_are_added_up(made: Make) -> None:
    proc = made(
        "4:cpu,cpuacct:/x\n0::/y\n",
        {**V1, **V2},
        {
            f"{X}_quota_us": "150000",
            f"{X}_period_us": "100000",
            "cpu,cpuacct/x/cpu.stat": "nr_periods 9\nnr_throttled 3\nthrottled_time 250000000\n",
            "cpu,cpuacct/cpu.stat": "nr_periods 9\nnr_throttled 5\nthrottled_time 99\n",  # of a group without a quota
            "unified/y/cpu.max": "50000 100000",
            "unified/y/cpu.stat": "usage_usec 9\nnr_periods 9\nnr_throttled 4\nthrottled_usec 500000\nodd\n",
        },
    )
    assert throttled(proc) == Throttled(7, 0.75)


def test_where_the_counts_cannot_be_read_they_are_zero(made: Make) -> None:
    assert throttled(made("0::/a\n", V2, {"unified/a/cpu.max": "50000 100000"})) == Throttled(0, 0.0)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"memory/x/memory.limit_in_bytes": "1000000\n"}, 1_000_000),
        ({"memory/x/memory.limit_in_bytes": "9223372036854771712\n"}, MACHINE_BYTES),
        ({"memory/x/memory.limit_in_bytes": "2000\n", "memory/memory.limit_in_bytes": "1000\n"}, 1000),
        ({"unified/y/memory.max": "max\n", "unified/memory.max": "3000\n"}, 3000),
    ],
)
def test_the_memory_is_the_least_of_the_machines_and_the_limits(files: Mapping[str, str], expected: int, made: Make) -> None:
    assert memory_bytes(made("5:memory:/x\n0::/y\n", {**V1, **V2}, files)) == expected


def test_this_machine_is_read_without_an_error() -> None:
    assert cgroups.memory_bytes() <= MACHINE_BYTES
    assert 1 <= machine.cpus() <= machine.allowed_cpus()
