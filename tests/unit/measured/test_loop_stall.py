"""Test how long work keeps an event loop, with a clock whose times are known."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from concbench.measured import loop_stall
from concbench.measured.loop_stall import longest_stall, longest_step


class Clock:
    """Count the seconds that pass."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(loop_stall, "perf_counter", made)
    return made


class Work:
    """Work whose items do what a function says, with the resource of the loop."""

    def __init__(self, do: Callable[[Any, Any], Coroutine[Any, Any, Any]]) -> None:
        self.do_async, self.open = do, 0

    @asynccontextmanager
    async def open_async(self) -> AsyncIterator[str]:
        self.open += 1
        yield "resource"
        self.open -= 1


def test_the_longest_step_is_the_stall_and_waiting_is_none(clock: Clock) -> None:
    async def do(resource: str, item: int) -> None:
        clock.pass_(1)
        await asyncio.sleep(0)
        clock.pass_(5)
        await meanwhile()
        clock.pass_(2)

    async def meanwhile() -> None:  # 30 s go by while other tasks run
        await asyncio.gather(asyncio.sleep(0), others())

    async def others() -> None:
        clock.pass_(30)

    assert longest_stall(Work(do), [0, 1, 2]) == 5


def test_the_first_item_warms_up(clock: Clock) -> None:
    async def do(resource: str, item: int) -> None:
        clock.pass_(9 if item == 0 else 3)

    work = Work(do)
    assert longest_stall(work, [0, 1]) == 3
    assert work.open == 0, "the resource was not closed"


def test_a_step_that_handles_an_error_counts_and_the_error_reaches_the_work(clock: Clock) -> None:
    async def fails() -> None:
        await asyncio.sleep(0)
        raise KeyError

    async def do(resource: str, item: int) -> None:
        assert resource == "resource"
        try:
            await asyncio.create_task(fails())
        except KeyError:
            clock.pass_(4)

    assert longest_stall(Work(do), [0]) == 4


def test_work_that_fails_now_says_nothing() -> None:
    async def do(resource: str, item: int) -> None:
        raise RuntimeError("Event loop is closed")

    assert longest_stall(Work(do), [0, 1]) is None


def test_a_cancelled_item_is_cancelled() -> None:
    async def cancel() -> None:
        task = asyncio.ensure_future(longest_step(asyncio.sleep(600)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
