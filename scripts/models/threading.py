"""A pool of threads that share the items; each thread has a resource of its own, in thread-local storage."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workloads import BlockingWorkload

NEEDS = "do"


def run(workload: BlockingWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    mine = threading.local()

    def open_resource() -> None:
        mine.resource = resources.enter_context(workload.open())

    def do(item: Any) -> Any:
        return workload.do(mine.resource, item)

    with ExitStack() as resources, ThreadPoolExecutor(workers, initializer=open_resource) as pool:
        return list(pool.map(do, items))
