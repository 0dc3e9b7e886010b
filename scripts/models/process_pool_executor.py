"""concurrent.futures' pool of processes: items go to whoever is free, one by one or in chunks of ``chunk_size``.

An initializer makes one resource per process. ``start_method`` is ``fork``, ``forkserver`` or ``spawn``; unless set, this
Python's own choice.
"""

from __future__ import annotations

import concurrent.futures.process  # noqa: F401  (before the clock starts, not at the pool's first use)
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

from models.multiprocessing_pool import do, open_resource

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
