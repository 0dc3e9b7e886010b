"""Test how the resource that all workers share is opened and closed, without processes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.measured.own_resources import Closing, Shared


class Log:
    """Opens resources, which are numbered, and notes what happens to them."""

    def __init__(self, error: Exception | None = None) -> None:
        self.events: list[str] = []
        self.error = error

    @contextmanager
    def open(self) -> Iterator[int]:
        self.events.append("open")
        if self.error:
            raise self.error
        try:
            yield self.events.count("open")
        finally:
            self.events.append("close")


def test_workers_get_one_resource_which_is_closed_at_the_end() -> None:
    log = Log()
    shared = Shared(log.open)

    def run(workers: int) -> list[int]:
        got = []
        for _ in range(workers):
            with shared as resource:
                got.append(resource)
        return got

    assert shared.within(run)(3) == [1, 1, 1]
    assert log.events == ["open", "close"]
    assert shared.within(run)(2) == [2, 2]
    assert log.events == ["open", "close"] * 2


def test_nothing_is_opened_before_a_worker_needs_it() -> None:
    log = Log()
    with Shared(log.open).lasting():
        pass
    assert log.events == []


def test_workers_that_come_at_once_open_one_resource() -> None:
    log, begin, got = Log(), threading.Barrier(8), []
    shared = Shared(log.open)

    def work() -> None:
        begin.wait()
        with shared as resource:
            got.append(resource)

    with shared.lasting():
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (got, log.events) == ([1] * 8, ["open", "close"])


def test_what_keeps_it_from_being_opened_reaches_every_worker() -> None:
    log = Log(OSError("no server"))
    shared = Shared(log.open)
    with shared.lasting():
        for _ in range(2):
            with pytest.raises(OSError, match="no server"), shared:
                pass
    assert log.events == ["open"]


def test_it_is_closed_if_the_run_fails() -> None:
    log = Log()
    shared = Shared(log.open)

    def run() -> None:
        with shared:
            raise LookupError

    with pytest.raises(LookupError):
        shared.within(run)()
    assert log.events == ["open", "close"]


def test_one_that_was_opened_before_is_closed_with_the_rest() -> None:
    log = Log()
    shared = Shared(log.open)
    with shared:
        pass
    with shared.lasting(), shared as resource:
        assert resource == 1
    assert log.events == ["open", "close"]


def test_a_resource_cannot_swallow_the_error_of_an_item() -> None:
    module = SimpleNamespace(open=lambda: suppress(OSError))
    source: Any = SimpleNamespace(file="mine.py", path=__file__)
    with pytest.raises(OSError, match="no more"), Closing("open", module, source):
        raise OSError("no more")
