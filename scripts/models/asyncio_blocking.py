"""Block the event loop: each asyncio task calls blocking code, so the tasks run one after the other.

A common mistake, measured to show its cost.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import BlockingWorkload

NEEDS = "do"
SINGLE_WORKER = True  # no task starts before the previous one has ended


async def run_all(workload: BlockingWorkload, items: Sequence[Any]) -> list[Any]:
    with workload.open() as resource:

        async def do(item: Any) -> Any:
            return workload.do(resource, item)

        tasks = [asyncio.create_task(do(item)) for item in items]
        return await asyncio.gather(*tasks)


def run(workload: BlockingWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    return asyncio.run(run_all(workload, items))
