"""Create one asyncio task per item, all at once, and gather them; a semaphore limits how many run at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import AsyncWorkload

NEEDS = "do_async"


async def run_all(workload: AsyncWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    turn = asyncio.Semaphore(workers)

    async def do(item: Any) -> Any:
        async with turn:
            return await workload.do_async(resource, item)

    async with workload.open_async() as resource:
        tasks = [asyncio.create_task(do(item)) for item in items]
        return await asyncio.gather(*tasks)


def run(workload: AsyncWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    return asyncio.run(run_all(workload, items, workers))
