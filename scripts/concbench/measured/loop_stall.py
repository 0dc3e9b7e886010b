"""Find out how long work keeps an event loop from other tasks, by doing a few of its items again after the run.

Timing each step of an item takes longer than the timed region can spare. Tasks that the work starts are not seen. Standard
library alone, Python 3.9 or newer.
"""

from __future__ import annotations

import types
from time import perf_counter
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator, Sequence

    from concbench.measured.api import AsyncWorkload


def longest_stall(workload: AsyncWorkload, items: Sequence[Any]) -> float | None:
    """Return the seconds of the longest step of ``do_async``, from one await to the next; None if it fails now.

    The first item warms up what may be new in this process: the run's items may have been done in others. The last is timed.
    """
    import asyncio

    async def last_of(two: Sequence[Any]) -> float:
        async with workload.open_async() as resource:
            return [await longest_step(workload.do_async(resource, item)) for item in two][-1]

    try:
        return asyncio.run(last_of((items[0], items[-1])))
    except Exception:  # such as a client that is bound to the loop of the run
        return None


@types.coroutine
def longest_step(coroutine: Coroutine[Any, Any, Any]) -> Generator[Any, Any, float]:
    """Await ``coroutine``. Return the seconds of its longest step."""
    longest_s = 0.0
    resume: Callable[[Any], Any] = coroutine.send
    value: Any = None
    while True:
        start = perf_counter()
        try:
            awaited = resume(value)
        except StopIteration:
            return max(longest_s, perf_counter() - start)
        longest_s = max(longest_s, perf_counter() - start)
        try:
            resume, value = coroutine.send, (yield awaited)
        except BaseException as error:
            resume, value = coroutine.throw, error
