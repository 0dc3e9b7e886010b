"""A run's limits of memory and log, on made-up figures of the machine."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO

import pytest

from concbench.runner import watch
from concbench.runner.watch import OverLimit, Watch, append_only, finish_log, shorten

GB = 10**9


class Machine:
    """A machine with this much memory available, on which the run uses so much; it counts how often that was added up."""

    def __init__(self, available: int, used: int) -> None:
        self.available, self.used, self.added_up = available, used, 0

    def used_by(self, enough_bytes: int, others: Collection[int]) -> int:
        self.added_up += 1
        return self.used


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(20 * GB, 0)
    monkeypatch.setattr(watch, "available_bytes", lambda: made.available)
    monkeypatch.setattr(watch, "memory_used", made.used_by)
    return made


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[IO[bytes]]:
    monkeypatch.setattr(watch, "LOG_BYTES", 1000)
    with (tmp_path / "log").open("wb", buffering=0) as file:
        append_only(file)
        yield file


def test_a_run_that_takes_little_is_not_looked_at(machine: Machine, log: IO[bytes]) -> None:
    watched = Watch(1, 10 * GB, log, ())
    machine.available -= 4 * GB
    watched.look()
    assert machine.added_up == 0


def test_a_run_over_its_limit_is_given_up_with_both_figures(machine: Machine, log: IO[bytes]) -> None:
    watched = Watch(1, 10 * GB, log, ())
    machine.available, machine.used = 9 * GB, 11 * GB
    with pytest.raises(
        OverLimit, match=r"^its processes used 11000 MB of memory together; the limit is 10000 MB \(memory_limit"
    ):
        watched.look()


def test_memory_that_others_take_is_not_the_runs(machine: Machine, log: IO[bytes]) -> None:
    watched = Watch(1, 10 * GB, log, ())
    machine.available, machine.used = 1 * GB, 1 * GB
    watched.look()
    watched.look()
    assert machine.added_up == 1, "it was looked at again though nothing had changed"


def test_the_nearer_to_its_limit_the_sooner_a_run_is_looked_at_again(machine: Machine, log: IO[bytes]) -> None:
    watched = Watch(1, 10 * GB, log, ())
    machine.available, machine.used = 12 * GB, 8 * GB
    watched.look()
    machine.available, machine.used = int(10.9 * GB), int(9.1 * GB)
    watched.look()
    machine.available, machine.used = int(10.4 * GB), int(10.1 * GB)
    with pytest.raises(OverLimit):
        watched.look()
    assert machine.added_up == 3


def test_memory_that_others_free_meanwhile_hides_no_run_for_long(machine: Machine, log: IO[bytes]) -> None:
    watched = Watch(1, 10 * GB, log, ())
    machine.available = 30 * GB
    watched.look()
    machine.available, machine.used = 24 * GB, 11 * GB
    with pytest.raises(OverLimit):
        watched.look()


def test_a_short_log_stays_as_it_is(log: IO[bytes]) -> None:
    log.write(b"x" * 1000)
    shorten(log)
    finish_log(log)
    assert os.fstat(log.fileno()).st_size == 1000


def test_a_log_that_grows_and_grows_is_cut_and_says_so(log: IO[bytes]) -> None:
    for _ in range(5):
        log.write(b"x" * 900)
        shorten(log)
        assert os.fstat(log.fileno()).st_size <= 1001 + 900
    finish_log(log)
    content = Path(log.name).read_bytes()
    assert content[:1000] == b"x" * 1000
    assert content[1000:].decode() == "\n[The rest is cut. A run's log keeps 0 MB.]\n"
    assert b"\0" not in content, "what was written after the cut isn't at its end"


def test_what_this_machine_has_available_is_read() -> None:
    assert 0 < watch.available_bytes() <= os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
