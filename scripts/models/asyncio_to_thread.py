"""Call blocking code from asyncio: one task per item, each of which waits for a thread (``asyncio.to_thread``).

The pool has at most one thread per worker. Each thread opens a resource of its own.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import BlockingWorkload

NEEDS = "do"
DEFAULT_WORKERS = "threads"


async def run_all(workload: BlockingWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    mine = threading.local()

    def open_resource() -> None:
        mine.resource = resources.enter_context(workload.open())

    def do(item: Any) -> Any:
        return workload.do(mine.resource, item)

    with ExitStack() as resources, ThreadPoolExecutor(workers, initializer=open_resource) as pool:
        asyncio.get_running_loop().set_default_executor(pool)  # the default has at most CPUs + 4 threads
        return await asyncio.gather(*(asyncio.to_thread(do, item) for item in items))


def run(workload: BlockingWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    return asyncio.run(run_all(workload, items, workers))
