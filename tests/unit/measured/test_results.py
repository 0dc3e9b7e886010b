"""Results compared part by part, and those that nothing has been computed for."""

from __future__ import annotations

import array
import asyncio
import collections
import concurrent.futures
import csv
import datetime
import functools
import io
import itertools
import operator
import pickle
import random
import re
import sqlite3
import subprocess
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from concbench.measured.results import Unchecked, alike, alike_once_pickled, is_used_up, unfinished_result


class Slotted:
    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def method(self) -> None: ...


class Inherited(Slotted):
    """Has slots, and a __dict__ with nothing in it."""


class Plain:
    def __init__(self, **parts: Any) -> None:
        self.__dict__.update(parts)


class Tagged(str):
    tag: int


def tagged(tag: int) -> Tagged:
    made = Tagged("text")
    made.tag = tag
    return made


@dataclass
class Outcome:
    value: Any


class SameWhatever(Plain):
    """Says itself what counts."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameWhatever)

    __hash__ = None  # type: ignore[assignment]


def closure(value: int) -> Callable[[], int]:
    return lambda: value


def with_default(value: int) -> Callable[..., int]:
    return lambda other=value: other


def of_a_local_class(value: int) -> object:
    @dataclass
    class Local:
        value: int

    return Local(value)


def in_a_circle(value: int) -> list[Any]:
    made: list[Any] = [value]
    made.append({"itself": made})
    return made


def exhausted_to(place: int) -> io.StringIO:
    stream = io.StringIO("a text of some length")
    stream.read(place)
    return stream


MADE: dict[str, Callable[[int], Any]] = {
    "exception": lambda n: ValueError(f"call {n}"),
    "exception in a tuple": lambda n: ("name", LookupError(n)),
    "group of exceptions": lambda n: [SystemExit(n)],
    "error of the system": lambda n: OSError(n, "text"),
    "partial": lambda n: functools.partial(pow, n),
    "partial by name": lambda n: functools.partial(print, sep=str(n)),
    "closure": closure,
    "default": with_default,
    "bound method": lambda n: Slotted(n).method,
    "bound method in C": lambda n: [n].append,
    "bytes": lambda n: io.BytesIO(bytes([n])),
    "text": lambda n: io.StringIO(str(n)),
    "place in a stream": exhausted_to,
    "random numbers": random.Random,
    "slots": Slotted,
    "inherited slots": Inherited,
    "object": lambda n: Plain(parts=[Plain(value=n)]),
    "attribute of a text": tagged,
    "local class": of_a_local_class,
    "circle": in_a_circle,
    "deque": lambda n: collections.deque([Plain(value=n)], maxlen=3),
    "set": lambda n: {Plain(value=n), Plain(value=0)},
    "keys": lambda n: {Plain(value=n): 1},
    "array": lambda n: array.array("d", [n, float("nan")]),
    "NumPy array": lambda n: np.array([n, float("nan")]),
    "array of objects": lambda n: np.array([ValueError(n)], dtype=object),
    "NumPy number": np.float64,
    "element": lambda n: ElementTree.fromstring(f"<a><b>{n}</b></a>"),
    "NaN": lambda n: (float("nan"), n),
    "complex NaN": lambda n: complex(float("nan"), n),
    "date": lambda n: datetime.date(2026, 11, n),
    "decimal": Decimal,
    "pattern": lambda n: re.compile(f"a{n}"),
    "counter": itertools.count,
    "getter": operator.itemgetter,
    "namespace": lambda n: SimpleNamespace(inner=Plain(value=n)),
    "memory": lambda n: memoryview(bytes([n])),
    "data class": lambda n: Outcome(Plain(value=n)),
    "ordered": lambda n: collections.OrderedDict(a=Slotted(n)),
    "default dict": lambda n: collections.defaultdict(list, a=[Slotted(n)]),
}


@pytest.mark.parametrize("name", MADE)
def test_what_is_made_of_the_same_is_alike(name: str) -> None:
    assert alike(MADE[name](1), MADE[name](1))


@pytest.mark.parametrize("name", MADE)
def test_what_is_made_of_something_else_is_not(name: str) -> None:
    assert not alike(MADE[name](1), MADE[name](2))


PICKLED = set(MADE) - {"closure", "default", "local class", "memory"}


@pytest.mark.parametrize("name", sorted(PICKLED))
def test_what_has_been_through_a_process_is_alike(name: str) -> None:
    assert alike(MADE[name](1), pickle.loads(pickle.dumps(MADE[name](1))))


class BecomesATuple(Plain):
    def __reduce__(self) -> Any:
        return tuple, ((self.__dict__["value"],),)


def test_what_becomes_another_type_on_the_way_through_a_process_is_alike() -> None:
    arrived = pickle.loads(pickle.dumps(BecomesATuple(value=1)))
    assert type(arrived) is tuple
    assert alike_once_pickled(arrived, BecomesATuple(value=1))
    assert not alike_once_pickled(arrived, BecomesATuple(value=2))


def test_a_type_that_says_itself_what_counts_is_asked() -> None:
    assert alike(SameWhatever(value=1), SameWhatever(value=2))


def test_a_set_of_another_order_is_alike() -> None:
    parts = [Plain(value=n) for n in range(5)]
    assert alike(set(parts), {Plain(value=n) for n in reversed(range(5))})
    assert not alike(set(parts), {Plain(value=n) for n in range(1, 6)})


def generator() -> Iterator[int]:
    yield 1


@pytest.mark.parametrize(
    ("made", "named"),
    [
        (threading.Lock, "lock"),
        (generator, "generator"),
        (lambda: re.match("a", "a"), "re.Match"),
        (lambda: Plain(lock=threading.Lock(), value=1), "lock"),
        (lambda: [map(str, [1])], "map"),
    ],
    ids=["lock", "generator", "match", "part of an object", "iterator"],
)
def test_what_cannot_be_compared_is_named(made: Callable[[], Any], named: str) -> None:
    with pytest.raises(Unchecked, match=named):
        alike(made(), made())


def test_a_difference_elsewhere_is_one_all_the_same() -> None:
    assert not alike([threading.Lock(), 1], [threading.Lock(), 2])


def test_what_is_nested_too_deeply_is_named() -> None:
    def deep() -> list[Any]:
        made: list[Any] = []
        for _ in range(100_000):
            made = [made]
        return made

    with pytest.raises(Unchecked, match="nested too deeply"):
        alike(deep(), deep())


def test_a_file_read_to_another_place_is_another(tmp_path: Any) -> None:
    path = tmp_path / "file"
    path.write_text("some words", encoding="utf-8")
    with path.open(encoding="utf-8") as one, path.open(encoding="utf-8") as other:
        with pytest.raises(Unchecked, match="TextIOWrapper"):
            alike(one, other)
        one.read()
        assert not alike(one, other)


# --- Work that has not been done


async def coroutine() -> None: ...


async def asynchronous() -> AsyncIterator[int]:
    yield 1


class LazyTable:
    """As that of a package which computes nothing before it is asked to."""


class Graph:
    def __init__(self, graph: object) -> None:
        self.graph = graph

    def __dask_graph__(self) -> object:
        return self.graph


class Awaitable:
    def __await__(self) -> Iterator[None]:
        yield


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: map(str, [1]), r"do\(\) returned an iterator \(map\) for item 3"),
        (lambda: zip([1]), "list"),
        (lambda: itertools.chain([1]), r"\(itertools.chain\)"),
        (lambda: reversed([1]), r"\(list_reverseiterator\)"),
        (lambda: csv.reader(["a"]), "an iterator"),
        (lambda: sqlite3.connect(":memory:").cursor(), r"\(sqlite3.Cursor\)"),
        (generator, r"\(generator\)"),
        (coroutine, r"an awaitable \(coroutine\).* Await it"),
        (Awaitable, "an awaitable"),
        (asynchronous, "an asynchronous iterator"),
        (concurrent.futures.Future, "a future"),
        (threading.Thread, "a job that may still be running"),
        (LazyTable, "a lazy object"),
        (lambda: Graph({}), "a lazy object"),
        (lambda: ("name", [map(str, [1])]), "a tuple with an iterator"),
        (lambda: Outcome({"a": generator()}), "Outcome with an iterator"),
    ],
)
def test_a_result_that_nothing_was_computed_for_is_named(made: Callable[[], Any], message: str) -> None:
    assert re.search(message, unfinished_result("do", 3, made()) or "")


def test_so_is_a_future_of_an_event_loop() -> None:
    async def made() -> str | None:
        return unfinished_result("do_async", 0, asyncio.get_running_loop().create_future())

    assert "do_async() returned an awaitable" in (asyncio.run(made()) or "")


def test_so_is_a_program_that_runs() -> None:
    program = subprocess.Popen(["true"])
    assert "may still be running" in (unfinished_result("do", 0, program) or "")
    program.wait()


@pytest.mark.parametrize(
    "result",
    [None, "text", [1, 2], range(3), {1: 2}.items(), io.BytesIO(b"a"), Plain(value=1), Graph(None), map, LazyTable, closure(1)],
    ids=lambda value: type(value).__name__,
)
def test_a_finished_result_is_none_of_them(result: Any) -> None:
    assert unfinished_result("do", 0, result) is None


def test_items_that_are_used_up_are_told_from_others() -> None:
    assert is_used_up(iter([1]))
    assert is_used_up(generator())
    assert not any(map(is_used_up, ([1], io.StringIO("a"), LazyTable(), range, 3)))
