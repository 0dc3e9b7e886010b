"""Test how the measured process words what went wrong; ``tests/processes/`` does whole runs."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from concbench.measured.api import NoResource
from concbench.measured.errors import WorkFailed
from concbench.measured.measured_run import unsendable_result


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
