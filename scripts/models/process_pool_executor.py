"""Map the items over ``concurrent.futures.ProcessPoolExecutor``, with one resource per process.

Options:
    chunk_size: Number of items sent to a process at a time.
    start_method: How processes start: ``fork``, ``forkserver`` or ``spawn``. Null: the default of this Python.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any

from .multiprocessing_pool import do, open_resource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import BlockingWorkload

NEEDS = "do"
ITEMS_RUN_IN = "process"
DEFAULT_WORKERS = "processes"


def run(
    workload: BlockingWorkload,
    items: Sequence[Any],
    workers: int,
    *,
    chunk_size: int = 1,
    start_method: str | None = None,
) -> list[Any]:
    def make(processes: int) -> ProcessPoolExecutor:
        context = multiprocessing.get_context(start_method)
        return ProcessPoolExecutor(processes, context, initializer=open_resource, initargs=(workload,))

    with make(workers) as pool:
        try:
            results = pool.map(do, items, chunksize=chunk_size)
        except BrokenProcessPool:  # it broke while items were still being submitted, and this error doesn't have the cause
            with make(1) as another:
                another.submit(do, items[0]).result()
            raise
        return list(results)
