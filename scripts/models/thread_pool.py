"""Map the items over ``concurrent.futures.ThreadPoolExecutor``.

Each thread opens a resource of its own and keeps it in thread-local storage.

Options:
    shared_resource: Open one resource and use it in all threads.
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
DEFAULT_WORKERS = "threads"


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
