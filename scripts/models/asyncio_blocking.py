"""What not to do: one task per item, each of which blocks the event loop until its item is done."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import BlockingWorkload

NEEDS = "do"
SINGLE_WORKER = True  # since no task can start before the one before it has ended


async def run_all(workload: BlockingWorkload, items: Sequence[Any]) -> list[Any]:
    with workload.open() as resource:

        async def do(item: Any) -> Any:
            return workload.do(resource, item)

        tasks = [asyncio.create_task(do(item)) for item in items]
        return await asyncio.gather(*tasks)


def run(workload: BlockingWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    return asyncio.run(run_all(workload, items))
