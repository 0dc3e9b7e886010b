"""A pool of threads that share the items; each thread has a resource of its own, in thread-local storage.

With ``shared_resource`` all threads use one and the same.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import BlockingWorkload

NEEDS = "do"


def run(workload: BlockingWorkload, items: Sequence[Any], workers: int, *, shared_resource: bool = False) -> list[Any]:
    mine = threading.local()
    ours = None

    def open_resource() -> None:
        mine.resource = ours if shared_resource else resources.enter_context(workload.open())

    def do(item: Any) -> Any:
        return workload.do(mine.resource, item)

    with ExitStack() as resources, ThreadPoolExecutor(workers, initializer=open_resource) as pool:
        if shared_resource:
            ours = resources.enter_context(workload.open())
        return list(pool.map(do, items))
