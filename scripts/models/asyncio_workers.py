"""Start one asyncio task per worker; the tasks take items from a queue.

The queue has room for twice as many items as there are workers.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import AsyncWorkload

NEEDS = "do_async"


async def run_all(workload: AsyncWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    results = [None] * len(items)
    queue: asyncio.Queue[tuple[int, Any] | None] = asyncio.Queue(maxsize=2 * workers)

    async def work() -> None:
        while (numbered := await queue.get()) is not None:
            number, item = numbered
            results[number] = await workload.do_async(resource, item)

    async with workload.open_async() as resource:
        tasks = [asyncio.create_task(work()) for _ in range(workers)]
        feeding = asyncio.create_task(feed(queue, items, workers))
        await asyncio.gather(feeding, *tasks)
        return results


async def feed(queue: asyncio.Queue[tuple[int, Any] | None], items: Sequence[Any], workers: int) -> None:
    """Put all items on the queue, in order, and then one ``None`` per worker to end it."""
    for numbered in enumerate(items):
        await queue.put(numbered)
    for _ in range(workers):
        await queue.put(None)


def run(workload: AsyncWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    return asyncio.run(run_all(workload, items, workers))
