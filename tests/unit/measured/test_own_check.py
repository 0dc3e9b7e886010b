"""Test that own work with wrong items or results is refused, whatever their types."""

from __future__ import annotations

import asyncio
import io
import itertools
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from concbench.measured import own_check
from concbench.measured.api import NoResource, WrongResult
from concbench.measured.errors import WorkFailed
from concbench.measured.own_check import check, refuse_forgotten_tasks
from concbench.measured.own_items import copied, named_in, refuse_used_up


class Work(NoResource):
    """Stands in for the workload ``own`` of a file with these functions."""

    source: Any = SimpleNamespace(file="mine.py", path=__file__, do="do", do_async="do_async")

    def __init__(self, do: Callable[[Any], Any], items: Callable[[int, int], list[Any]], **more: Any) -> None:
        self.module = SimpleNamespace(items=items, do=do, **more)
        self.own_do: Any = do
        self.own_do_async: Any = more.get("do_async")

    @property
    def called(self) -> str:
        return named_in(self.source, "do", self.own_do)

    def fresh_items(self, size: int) -> list[Any]:
        return list(self.module.items(size, 1))

    @contextmanager
    def again(self) -> Iterator[Callable[[Any], Any]]:
        yield self.own_do

    async def do_async(self, resource: None, item: Any) -> Any:
        return await self.own_do_async(item)


def numbers(size: int, seed: int) -> list[int]:
    return list(range(seed, seed + size))


def checked(do: Callable[[Any], Any], items: Callable[[int, int], list[Any]] = numbers, **more: Any) -> None:
    """Do six items one after the other, and check their results."""
    made = items(6, 1)
    check(Work(do, items, **more), made, [do(item) for item in made])


def wrong(do: Callable[[Any], Any], items: Callable[[int, int], list[Any]] = numbers, **more: Any) -> str:
    """Return what is wrong with the work."""
    with pytest.raises(WrongResult) as raised:
        checked(do, items, **more)
    return without_lines(raised.value)


def without_lines(error: BaseException) -> str:
    """Return an error's text without the lines of this file."""
    return re.sub(r"in mine\.py, line \d+,", "in mine.py", str(error))


def test_right_results_pass() -> None:
    checked(lambda item: [item, {item: ("text", float("nan"))}])


@pytest.mark.parametrize(
    ("item_s", "repeated"),
    [
        (0.125, [1, 22, 13]),  # the first takes 0.125 s, all three together 4.5 s
        (0.015625, [1, 22, 13, 4, 7, 10, 16]),  # after six items it is 0.89 s
        (0.0078125, [1, 22, 13, 4, 7, 10, 16, 19]),
    ],
)
def test_how_long_repeated_items_take_is_returned(item_s: float, repeated: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of items that take long, fewer are done again: the first, the last and one in the middle."""
    clock = [0.0]
    monkeypatch.setattr(own_check, "perf_counter", lambda: clock[0])

    def do(item: int) -> int:
        clock[0] += item * item_s
        return item

    items = numbers(22, 1)
    assert check(Work(do, numbers), items, items) == [item * item_s for item in repeated]
    assert check(Work(do, numbers, check=lambda *_: None), items, items) == []


def test_every_chosen_item_is_compared_however_long_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(1000))
    monkeypatch.setattr(own_check, "perf_counter", lambda: float(next(clock)))
    made = [[number] for number in range(22)]
    changed = [*made[:18], ["other"], *made[19:]]
    with pytest.raises(WrongResult, match="changed item 18"):
        check(Work(lambda item: 0, lambda size, seed: [[number] for number in range(size)]), changed, [0] * 22)


async def awaits(item: int) -> int:
    await asyncio.create_task(asyncio.sleep(0))
    return item


async def forgets(item: int) -> int:
    TASKS.append(asyncio.create_task(asyncio.sleep(600)))
    return item


async def keeps_a_client(item: int) -> int:
    if item == 0:
        TASKS.append(asyncio.create_task(asyncio.sleep(600)))
    return item


async def fails(item: int) -> int:
    raise RuntimeError("Event loop is closed")


TASKS: list[asyncio.Task[None]] = []


@pytest.mark.parametrize("do_async", [awaits, keeps_a_client, fails])
def test_tasks_that_are_awaited_or_kept_for_all_items_may_be(do_async: Callable[[int], Any]) -> None:
    refuse_forgotten_tasks(Work(int, numbers, do_async=do_async), [0, 1])


def test_tasks_that_nobody_awaits_are_named() -> None:
    with pytest.raises(WrongResult, match=r"^do_async\(\) in mine.py, line \d+, left a task running, which was not timed\."):
        refuse_forgotten_tasks(Work(int, numbers, do_async=forgets), [0, 1])


def test_a_result_too_few_is_named() -> None:
    with pytest.raises(WrongResult, match="got 1 results for 2 items"):
        check(Work(int, numbers), [1, 2], [1])


CALLS = itertools.count()
KEPT: list[int] = []


def keeps(item: int) -> list[int]:
    """Return one list again and again, which grows."""
    KEPT.append(item)
    return KEPT


@pytest.mark.parametrize(
    "do", [lambda item: [next(CALLS)], lambda item: io.BytesIO(b"%d" % next(CALLS)), keeps], ids=["number", "stream", "kept"]
)
def test_another_result_each_time_is_named(do: Callable[[int], Any]) -> None:
    assert wrong(do).startswith(
        "do() in mine.py gave a different result for item 0 when it was called again. If it may, add check("
    )


def test_an_exception_as_a_result_is_named() -> None:
    said = wrong(lambda item: KeyError("it is gone") if item == 4 else item)
    assert said.startswith("do() in mine.py returned an exception for item 3, KeyError: 'it is gone'. Raise it, or add check(")


def test_an_unfinished_result_is_named() -> None:
    assert "do() returned an iterator (map) for item 0" in wrong(lambda item: map(str, [item]))


def test_a_result_that_cannot_be_compared_is_named() -> None:
    said = wrong(lambda item: [item, threading.Lock()])
    assert said.startswith("the result of do() in mine.py for item 0 cannot be checked, because values of type _thread.lock ")
    assert "add check(item, result)" in said


CHANGED = "do() in mine.py changed item 0 or used it up. Have it copy the item before it changes it."


def lists(size: int, seed: int) -> list[list[int]]:
    return [[number] for number in range(size)]


def test_changed_items_are_named() -> None:
    assert wrong(lambda item: item.append(1), lists) == CHANGED


def streams(size: int, seed: int) -> list[io.StringIO]:
    return [io.StringIO("some words") for _ in range(size)]


def test_streams_that_are_read_are_named() -> None:
    assert wrong(lambda item: len(item.read()), streams) == CHANGED


def test_so_they_are_where_copies_of_them_were_read_in_other_processes() -> None:
    with pytest.raises(WrongResult) as raised:
        check(Work(lambda item: len(item.read()), streams), streams(6, 1), [10] * 6)
    assert without_lines(raised.value) == CHANGED


def test_streams_that_are_rewound_are_right() -> None:
    checked(lambda item: (len(item.read()), item.seek(0)), streams)


def test_items_that_differ_each_time_are_named_and_not_laid_to_the_work() -> None:
    said = wrong(lambda item: 1, lambda size, seed: [next(CALLS) for _ in range(size)])
    assert said.startswith("items() in mine.py returned a different item 0 when it was called again. Items must depend on")


@pytest.mark.parametrize("item", [iter([1]), (n for n in "a"), zip([1])], ids=lambda value: type(value).__name__)
def test_iterators_as_items_are_named(item: Any) -> None:
    only_once = rf"^item 1 of ITEMS in mine.py has the type {type(item).__name__}, which can be used only once\."
    with pytest.raises(WorkFailed, match=only_once):
        refuse_used_up("ITEMS in mine.py", [[1], item])


# --- The file's own check


def raises(items: list[int], results: list[Any]) -> None:
    assert [result[0] for result in results] == items, "some are wrong"


def test_a_file_may_check_results_that_differ_each_time() -> None:
    checked(lambda item: (item, next(CALLS), threading.Lock(), ValueError(item)), check=raises)


def test_what_its_check_raises_is_the_reason() -> None:
    assert wrong(lambda item: (item + 1,), check=raises).startswith("check() in mine.py raised AssertionError: some are wrong")


@pytest.mark.parametrize(("answer", "right"), [(None, True), (True, True), (False, False), (0, False)])
def test_its_check_may_answer(answer: object, right: bool) -> None:
    if right:
        checked(int, check=lambda items, results: answer)
    else:
        assert wrong(int, check=lambda items, results: answer) == f"check() in mine.py returned {answer}"


def test_its_check_must_give_an_answer() -> None:
    said = wrong(int, check=lambda items, results: np.array([True, False]))
    assert said.startswith("check() in mine.py raised ValueError: The truth value of an array")


def test_its_check_may_look_at_one_result_at_a_time() -> None:
    asked = []

    def check(item: int, result: str) -> bool:
        asked.append((item, result))
        return item != 3

    said = wrong(str, check=check)
    assert said == "check() in mine.py returned False for item 2"
    assert asked == [(1, "1"), (2, "2"), (3, "3")]


def test_what_it_raises_about_one_result_is_the_reason() -> None:
    def check(item: int, result: str) -> None:
        assert item < 2, "too large"

    assert wrong(str, check=check).startswith("check() in mine.py raised AssertionError: too large")


def test_the_line_of_a_function_is_named() -> None:
    with pytest.raises(WrongResult) as raised:
        checked(keeps)
    line = keeps.__code__.co_firstlineno
    assert str(raised.value).startswith(f"do() in mine.py, line {line}, gave a different result for item 0")


@pytest.mark.parametrize(
    ("listed", "size", "message"),
    [
        ([1, 2, 3], 4, "ITEMS in mine.py has 3 items, but the size is 4. Add items, or choose sizes up to 3."),
        ({1, 2}, 1, "ITEMS in mine.py is a set. Expected a list or a tuple: write list(…) around it."),
        ("text", 1, "ITEMS in mine.py is a str. Expected"),
        ([threading.Lock()], 1, "ITEMS in mine.py can't be copied (TypeError: cannot pickle '_thread.lock' object)"),
    ],
)
def test_listed_items_that_do_not_do_are_named(listed: Any, size: int, message: str) -> None:
    with pytest.raises(WorkFailed) as raised:
        copied("mine.py", listed, size)
    assert message in str(raised.value)


def test_listed_items_are_copied() -> None:
    listed = ([1], [2], [3])
    made = copied("mine.py", listed, 2)
    made[0].append(9)
    assert (made, listed) == ([[1, 9], [2]], ([1], [2], [3]))


def test_its_check_gets_fresh_items() -> None:
    def check(items: list[list[int]], results: list[None]) -> bool:
        return items == lists(6, 1)

    checked(lambda item: item.append(1), lists, check=check)
