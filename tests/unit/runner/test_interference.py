"""Test how much CPU time counts as used by others."""

from __future__ import annotations

import pytest

from concbench.measured import machine
from concbench.runner.interference import BusyTime, background_share, busy_cpu_s, interferes

PROC_STAT = """cpu  400 0 200 1000 5 1 1 40 0 0
cpu0 100 20 30 500 1 0 0 7 0 0
cpu1 300 0 170 500 4 1 1 33 0 0
intr 1 2 3
"""


@pytest.fixture(autouse=True)
def two_cpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "cpus", lambda: 2)
    monkeypatch.setattr("os.sysconf", lambda name: 100)


def test_busy_time_is_of_the_cpus_named_and_without_interrupts() -> None:
    assert busy_cpu_s(PROC_STAT, {0}) == pytest.approx(1.57)
    assert busy_cpu_s(PROC_STAT, {0, 1}) == pytest.approx(1.57 + 5.03)


def test_what_is_not_ours_is_background() -> None:
    before = BusyTime(10.0, at=100.0, own_cpu_s=5.0)
    assert background_share(before, BusyTime(13.0, 102.0, 6.0)) == pytest.approx(2 / 4)
    assert background_share(before, BusyTime(13.0, 102.0, 8.5)) == 0.0
    assert background_share(before, BusyTime(15.0, 102.0, 5.0)) == 1.0  # the kernel counts in ticks


@pytest.mark.parametrize(
    ("share", "seconds", "expected"), [(0.06, 1.0, True), (0.05, 1.0, False), (0.06, 0.4, False), (0.5, 0.1, True)]
)
def test_a_share_above_the_limit_interferes_unless_it_is_but_some_ticks(share: float, seconds: float, expected: bool) -> None:
    assert interferes(share, seconds, limit=0.05) == expected
