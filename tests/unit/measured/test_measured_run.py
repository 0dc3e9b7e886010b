"""Test how the measured process words what went wrong; ``tests/processes/`` does whole runs."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.measured.api import NoResource
from concbench.measured.errors import WorkFailed
from concbench.measured.measured_run import Beside, bytes_received, has_steady_clock, item_s, unsendable_result
from concbench.measured.timing import Done, Timed


class NotShareableError(Exception):
    """Is raised by the pool of subinterpreters from Python 3.14 on."""


class Lazy(NoResource):
    def do(self, resource: None, item: int) -> Any:
        return (number for number in range(item))


class Plain(NoResource):
    def do(self, resource: None, item: int) -> Any:
        return item


NOT_SENT = [
    TypeError("cannot pickle 'generator' object"),
    pickle.PicklingError("no such thing"),
    NotShareableError("object does not support cross-interpreter data"),
]


@pytest.mark.parametrize("error", NOT_SENT, ids=lambda error: type(error).__name__)
def test_a_result_that_could_not_be_sent_because_it_is_unfinished_is_named(error: Exception) -> None:
    workload: Any = Lazy()
    said = unsendable_result(error, "do", workload, [3])
    assert said
    assert said.startswith("do() returned an iterator (generator) for item 0, so the work was not timed.")


@pytest.mark.parametrize(
    "error", [*NOT_SENT, WorkFailed("KeyError: 'pickle'"), ValueError("no")], ids=lambda error: type(error).__name__
)
def test_any_other_error_keeps_its_name(error: Exception) -> None:
    finished: Any = Plain()
    unfinished: Any = Lazy()
    assert unsendable_result(error, "do", finished, [3]) is None
    assert unsendable_result(error, "do_async", unfinished, [3]) is None


# --- The time of an item

NOW = getrusage(RUSAGE_SELF)


def region(start: float, end: float, *items: Done) -> Timed:
    return Timed(start, end, list(items), NOW, NOW)


def test_an_item_takes_the_mean_of_all_if_all_were_timed() -> None:
    timed = region(10.0, 20.0, Done(0, 11.0, 11.5), Done(0, 12.0, 13.5), Done(0, 14.0, 18.0))
    assert item_s(timed, 1, ()) == 2.0


@pytest.mark.parametrize(
    ("workers", "repeated_s", "expected"),
    [(1, [1.0, 2.0, 6.0], 3.0), (1, [], 4.0), (3, [], 12.0)],
    ids=["those repeated", "the time of one worker", "that of three"],
)
def test_first_items_alone_say_nothing_of_the_others(workers: int, repeated_s: list[float], expected: float) -> None:
    timed = region(10.0, 20.0, Done(0, 12.0, 12.001), Done(0))
    assert item_s(timed, workers, repeated_s) == expected


def test_nothing_is_known_of_no_items() -> None:
    assert item_s(region(10.0, 20.0), 2, ()) is None


@pytest.mark.parametrize(
    ("timed", "steady"),
    [
        (region(10.0, 20.0), True),
        (region(10.0, 20.0, Done(0, 10.0, 10.0), Done(0), Done(0, 19.0, 20.0)), True),
        (region(10.0, 10.0), False),
        (region(20.0, 10.0), False),
        (region(10.0, 20.0, Done(0, 9.0, 11.0)), False),
        (region(10.0, 20.0, Done(0, 11.0, 21.0)), False),
        (region(10.0, 20.0, Done(0, 11.0, 12.0), Done(0, 15.0, 14.0)), False),
    ],
)
def test_a_clock_is_steady_if_each_item_lies_within_the_region(timed: Timed, steady: bool) -> None:
    assert has_steady_clock(timed) == steady


@pytest.mark.parametrize(("counted", "expected"), [(7, 7), (7.0, 7), (True, 1)])
def test_bytes_are_a_whole_number_whatever_a_workload_returns(counted: Any, expected: int) -> None:
    found = bytes_received(SimpleNamespace(bytes_received=lambda results: counted), [])
    assert (found, type(found)) == (expected, int)
    assert bytes_received(SimpleNamespace(), []) is None


# --- What goes on


def test_a_program_that_nobody_waits_for_is_left_and_one_that_is_kept_or_has_ended_is_not() -> None:
    waits = [sys.executable, "-S", "-c", "input()"]
    before = Beside.now()
    kept = subprocess.Popen(waits, stdin=subprocess.PIPE)
    forgotten = subprocess.Popen(waits, stdin=subprocess.PIPE)
    assert forgotten.stdin
    process, stdin = forgotten.pid, forgotten.stdin
    assert Beside.now().left_since(before) is None
    with pytest.warns(ResourceWarning):
        del forgotten
    assert (Beside.now().left_since(before) or "").startswith("the work left 1 of its programs running")
    assert Beside.now().left_since(Beside.now()) is None
    stdin.close()
    while Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z":
        pass
    assert Beside.now().left_since(before) is None
    kept.communicate()
