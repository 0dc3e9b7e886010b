"""Test how often a run's memory is looked at, with a clock whose times are known, and what the kernel says of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from concbench.runner import shared_memory
from concbench.runner.shared_memory import MemoryTogether, pss_bytes, pss_kib, rss_bytes

MB = 1_000_000
# As the kernel writes it, see proc_pid_smaps(5).
ROLLUP = b"""00400000-7ffd7a5c9000 ---p 00000000 00:00 0                          [rollup]
Rss:               10244 kB
Pss:                7310 kB
Pss_Dirty:          5396 kB
Pss_Anon:           5396 kB
SwapPss:               0 kB
"""


class Machine:
    """A machine on which the run uses so much, and a look takes 10 ms; by its RSS of 200 MB it should take 5 ms."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.used, self.looks = 100.0, MB, 0
        monkeypatch.setattr(shared_memory, "pss_bytes", self.look)
        monkeypatch.setattr(shared_memory, "rss_bytes", lambda _: 200 * MB)
        self.memory = MemoryTogether((), lambda: self.now)

    def look(self, _: Iterator[int]) -> int | None:
        self.looks += 1
        self.now += 0.01
        return self.used

    def after(self, seconds: float, used: int | None) -> int:
        """Let time go by. Return how often the run has been looked at so far."""
        self.now, self.used = self.now + seconds, used  # type: ignore[assignment]
        self.memory.look()
        return self.looks


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def test_looks_take_half_a_percent_of_the_time(machine: Machine) -> None:
    assert machine.after(0.9, MB) == 0, "5 ms are half a percent of 1 s"
    assert machine.after(0.2, MB) == 1
    assert machine.after(1.9, 2 * MB) == 1, "10 ms are half a percent of 2 s"
    assert machine.after(0.2, 2 * MB) == 2


def test_the_peak_is_the_most_that_was_seen(machine: Machine) -> None:
    assert machine.memory.peak_bytes is None
    for used in (3 * MB, 5 * MB, None, 2 * MB):
        machine.after(3, used)
    assert machine.memory.peak_bytes == 5 * MB


def test_the_kernels_figure_is_read() -> None:
    assert pss_kib(ROLLUP) == 7310
    assert pss_kib(b"") == 0


def test_nothing_is_known_of_a_process_that_has_ended_or_may_not_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pss_bytes(iter([2**31 - 1])) is None

    def refuse(_: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert pss_bytes(iter([os.getpid()])) is None


def test_memory_that_a_process_shares_with_its_children_counts_once() -> None:
    code = (
        "import os, sys\nkept = bytearray(b'x') * 50_000_000\n"
        "children = [os.fork() for _ in range(1)]\nif children[-1]: print(*children, flush=True)\nsys.stdin.read()"
    )
    command = [sys.executable, "-S", "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        child = int(process.stdout.readline())
        both, one = pss_bytes(iter([process.pid, child])), pss_bytes(iter([child]))
        own, one_s = rss_bytes(iter([process.pid])), rss_bytes(iter([child]))
    assert both
    assert one
    assert own > 50 * MB
    assert own + one_s > both, "each counts all of it"
    assert 50 * MB < both < 80 * MB
    assert 25 * MB < one < 40 * MB
