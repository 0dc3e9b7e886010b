"""What is used in the timed region, and what isn't."""

from __future__ import annotations

import os
import resource
import subprocess
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.measured.usage import Living, Usage, descendants


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


def test_a_child_that_ends_while_it_is_read_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    read, seen = Living.read, []
    children = [subprocess.Popen(["sleep", "60"]) for _ in range(3)]

    def fail_at_first(process: int) -> Living:
        seen.append(process)
        if len(seen) == 1:
            raise ProcessLookupError
        return read(process)

    monkeypatch.setattr(Living, "read", fail_at_first)
    try:
        found = descendants(os.getpid())
        assert {child.pid for child in children} <= set(seen)
        assert len(found) == len(seen) - 1
    finally:
        for child in children:
            child.kill()
            child.wait()
