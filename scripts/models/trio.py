"""Start one trio task per item in a nursery, all at once; a capacity limiter limits how many run at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import trio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import AsyncWorkload

NEEDS = "do_async"
LOOP = "trio"
CLIENT = "httpx_async"  # aiohttp works on asyncio alone


async def run_all(workload: AsyncWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    results = [None] * len(items)
    turn = trio.CapacityLimiter(workers)

    async def do(number: int, item: Any) -> None:
        async with turn:
            results[number] = await workload.do_async(resource, item)

    async with workload.open_async() as resource, trio.open_nursery() as nursery:
        for number, item in enumerate(items):
            nursery.start_soon(do, number, item)
    return results


def run(workload: AsyncWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    return trio.run(run_all, workload, items, workers)
