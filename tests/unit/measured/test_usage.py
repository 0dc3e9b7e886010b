"""Test that the accounts hold what the timed region used, and nothing else."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.measured import usage
from concbench.measured.usage import Living, Usage, children_of, descendants, status_of


def reading(user_s: float, system_s: float, voluntary: int, involuntary: int) -> Any:
    return SimpleNamespace(ru_utime=user_s, ru_stime=system_s, ru_nvcsw=voluntary, ru_nivcsw=involuntary)


def test_what_this_process_used_is_added_to_what_its_children_did() -> None:
    children = Usage(4.0, 2.0, 30, 20, 1000).since(Usage(1.0, 1.0, 10, 10, 900))
    used = children.with_own(reading(10.0, 5.0, 100, 50), reading(10.5, 5.25, 101, 52))
    assert used == Usage(3.5, 1.25, 21, 12, 1000)


def test_what_the_kernel_does_not_tell_of_children_stays_unknown() -> None:
    used = Usage(0.0, 0.0, None, None, None).with_own(reading(0.0, 0.0, 0, 0), reading(1.0, 1.0, 5, 5))
    assert used == Usage(1.0, 1.0, None, None, None)


def test_reading_what_children_used_is_no_use_of_the_timed_region() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF)
    after = resource.getrusage(resource.RUSAGE_SELF)
    for _ in range(20):
        used = Usage.of_descendants()
    assert used.since(used).with_own(before, after).cpu_user_s == after.ru_utime - before.ru_utime


# --- Processes and threads that end while they are looked at

WAITING = [sys.executable, "-S", "-c", "input()"]


@pytest.fixture
def two_children() -> Iterator[list[int]]:
    started = [subprocess.Popen(WAITING, stdin=subprocess.PIPE) for _ in range(2)]
    yield [one.pid for one in started]
    for one in started:
        one.communicate()


def test_a_child_that_has_just_ended_hides_no_other(two_children: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    read = Living.read

    def read_but_one(process: int) -> Living:
        if process == two_children[0]:
            raise ProcessLookupError
        return read(process)

    assert set(two_children) <= set(children_of(os.getpid()))
    before = len(descendants(os.getpid()))
    monkeypatch.setattr(Living, "read", read_but_one)
    assert len(descendants(os.getpid())) == before - 1


def test_a_thread_that_has_just_ended_hides_no_process(two_children: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "status_of", lambda path: {})
    assert Living.read(two_children[0]).voluntary_switches == 0


@pytest.mark.parametrize(
    ("content", "expected"),
    [(None, {}), ("", {}), ("Name:\ta: b\x0cc\nVmHWM:\t5 kB\n", {"Name": "\ta: b", "VmHWM": "\t5 kB"})],
    ids=["none", "empty", "odd name"],
)
def test_a_status_file_is_read_as_far_as_it_goes(content: str | None, expected: dict[str, str], tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "status").write_text(content, encoding="utf-8")
    assert status_of(tmp_path / "status") == expected


def test_a_stopped_clock_is_no_reason_to_wait_forever_for_a_child_that_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    ended, looks = Living("Z", 0, 1, 2, 3, 4, 5), list[int]()
    monkeypatch.setattr(usage, "monotonic", lambda: 0.0)
    monkeypatch.setattr(usage, "sleep", looks.append)
    monkeypatch.setattr(usage, "descendants", lambda _: [ended])
    assert usage.settled_descendants() == [ended]
    assert len(looks) == 50
