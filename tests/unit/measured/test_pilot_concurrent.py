"""Test how the pilot tries several workers, on a clock of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import pytest

from concbench.measured import pilot_concurrent
from concbench.measured.pilot_answer import SpeedUp
from concbench.measured.pilot_concurrent import Took, Work, speedup, speedups, thread_speedups, threads_took


def work(item_s: float = 0.1, items: int = 10**6) -> Work:
    return Work(lambda count: range(min(count, items)), item_s, 0.0, 0.25, until=float("inf"))


def tried(work: Work, best: int) -> list[SpeedUp]:
    """Try workers of which up to ``best`` help."""
    return speedups(work, lambda items, workers: Took(len(items) * work.item_s / min(workers, best), 0.0))


def test_more_workers_are_tried_while_they_help() -> None:
    assert tried(work(), 1) == [(2, 1)]
    assert tried(work(), 8) == [(2, 2), (4, 4), (8, 8), (16, 8)]
    assert tried(work(), 1000)[-1] == (64, 64)


def test_work_that_keeps_its_results_seems_no_faster_than_it_has_workers() -> None:
    assert speedups(work(), lambda items, workers: Took(1e-6, 0.0))[:2] == [(2, 2), (4, 4)]


def test_no_more_workers_are_tried_than_there_are_items() -> None:
    assert [step.workers for step in tried(work(items=5), 1000)] == [2, 4]


def test_each_number_of_workers_is_tried_for_a_while_with_one_item_each_at_least() -> None:
    asked: list[tuple[int, int]] = []

    def took(items: Sequence[Any], workers: int) -> Took:
        asked.append((workers, len(items)))
        return Took(1.0, 0.0)

    speedups(work(0.01), took)
    assert asked == [(2, 50)]  # 0.25 s each
    speedups(work(10.0), took)
    assert asked[1] == (2, 2)


def test_workers_that_compute_are_no_faster_than_their_cpu_time_allows() -> None:
    """Ten items of 0.1 s seem twice as fast, but the workers had one CPU between them."""
    computing = work(0.1)._replace(item_cpu_s=0.1)
    assert speedup(computing, 10, Took(0.5, 0.5)) == 1.0
    assert speedup(computing, 10, Took(0.5, 1.0)) == 2.0
    assert speedup(work(0.1), 10, Took(0.5, 0.01)) == 2.0  # they wait


def test_nothing_is_tried_when_the_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pilot_concurrent, "perf_counter", lambda: 5.0)
    assert speedups(work()._replace(until=5.0), lambda items, workers: Took(1.0, 0.0)) == []


class Workload:
    """Note which threads open resources and do items; fail with some of them."""

    def __init__(self, failing: int | None = None) -> None:
        self.opened: list[int] = []
        self.done: list[tuple[int, int]] = []
        self.failing = failing

    def open(self) -> nullcontext[int]:
        self.opened.append(threading.get_ident())
        return nullcontext(threading.get_ident())

    def do(self, resource: int, item: int) -> None:
        assert resource == threading.get_ident()
        if item == self.failing:
            raise OSError("no more")
        self.done.append((resource, item))


def test_each_thread_has_a_resource_of_its_own_and_each_item_is_done_once() -> None:
    workload = Workload()
    assert threads_took(workload, range(100), 4).seconds > 0
    assert len(set(workload.opened)) == 4
    assert sorted(item for _, item in workload.done) == list(range(100))


def test_what_a_thread_raises_is_raised() -> None:
    with pytest.raises(OSError, match="no more"):
        thread_speedups(Workload(failing=3), work(0.1))


def test_a_resource_that_cannot_be_opened_stops_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    workload, count = Workload(), iter(range(10))

    def open_some() -> nullcontext[int]:
        if next(count) == 2:
            raise OSError("too many")
        return nullcontext(threading.get_ident())

    monkeypatch.setattr(workload, "open", open_some)
    with pytest.raises(OSError, match="too many"):
        threads_took(workload, range(100), 4)


def test_a_thread_that_cannot_be_started_leaves_no_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    before, usual, count = set(threading.enumerate()), threading.Thread.start, iter(range(10))

    def start(thread: threading.Thread) -> None:
        if next(count) == 2:
            raise RuntimeError("can't start new thread")
        usual(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    with pytest.raises(RuntimeError, match="can't start"):
        threads_took(Workload(), range(100), 4)
    for one in set(threading.enumerate()) - before:
        one.join(60)
        assert not one.is_alive()
