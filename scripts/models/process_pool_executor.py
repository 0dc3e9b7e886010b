"""Map the items over ``concurrent.futures.ProcessPoolExecutor``, with one resource per process.

Options:
    chunk_size: Number of items sent to a process at a time.
    start_method: How processes start: ``fork``, ``forkserver`` or ``spawn``. Null: the default of this Python.
"""

from __future__ import annotations

import concurrent.futures.process  # noqa: F401  (import it before the clock starts)
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

from .multiprocessing_pool import do, open_resource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import BlockingWorkload

NEEDS = "do"
ITEMS_RUN_IN = "process"


def run(
    workload: BlockingWorkload,
    items: Sequence[Any],
    workers: int,
    *,
    chunk_size: int = 1,
    start_method: str | None = None,
) -> list[Any]:
    context = multiprocessing.get_context(start_method)
    with ProcessPoolExecutor(workers, context, initializer=open_resource, initargs=(workload,)) as pool:
        return list(pool.map(do, items, chunksize=chunk_size))
