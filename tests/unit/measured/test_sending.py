"""Test that what a pool of processes could not send is named; ``tests/processes/test_own_work.py`` has such pools."""

from __future__ import annotations

import pickle
import threading
from typing import Any

import pytest

from concbench.measured.api import NoResource
from concbench.measured.errors import WorkFailed
from concbench.measured.sending import not_sent
from concbench.measured.status import Status


class NotShareableError(Exception):
    """Is raised by the pool of subinterpreters from Python 3.14 on."""


class Lazy(NoResource):
    def do(self, resource: None, item: int) -> Any:
        return (number for number in range(item))


class Locks(NoResource):
    called = "do() in mine.py, line 3,"
    items_called = "items() in mine.py, line 1,"

    def do(self, resource: None, item: int) -> Any:
        return threading.Lock()


class Plain(NoResource):
    def do(self, resource: None, item: int) -> Any:
        return item


NOT_SENT = [
    TypeError("cannot pickle 'generator' object"),
    pickle.PicklingError("no such thing"),
    NotShareableError("object does not support cross-interpreter data"),
]
each_error = pytest.mark.parametrize("error", NOT_SENT, ids=lambda error: type(error).__name__)


@each_error
def test_a_result_that_is_unfinished_is_named(error: Exception) -> None:
    said = not_sent(error, "do", Lazy(), [3])
    assert said
    assert said.status == Status.INVALID
    assert said.reason.startswith("do() returned an iterator (generator) for item 0, so the work was not timed.")


@each_error
def test_an_item_that_cannot_be_pickled_is_named(error: Exception) -> None:
    said = not_sent(error, "do", Plain(), [1, lambda: 2])
    assert said
    assert said.status == Status.FAILED
    assert said.reason.startswith("item 1 of the items can't be sent to another process (")
    assert "<lambda>" in said.reason


def test_so_is_a_result_with_the_users_file() -> None:
    said = not_sent(NOT_SENT[0], "do", Locks(), [1])
    assert said
    assert said.reason.startswith(
        "the result of do() in mine.py, line 3, for item 0 can't be sent from another process (TypeError"
    )


def test_so_are_the_items_of_event_loops() -> None:
    said = not_sent(NOT_SENT[0], "do_async", Locks(), [threading.Lock()])
    assert said
    assert said.reason.startswith("item 0 of items() in mine.py, line 1, can't be sent to another process (TypeError")


@pytest.mark.parametrize(
    "error", [*NOT_SENT, WorkFailed("KeyError: 'pickle'"), ValueError("no")], ids=lambda error: type(error).__name__
)
def test_any_other_error_keeps_its_name(error: Exception) -> None:
    assert not_sent(error, "do", Plain(), [3]) is None
    assert not_sent(error, "do_async", Lazy(), [3]) is None
