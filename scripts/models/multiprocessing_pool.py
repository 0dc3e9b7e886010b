"""Map the items over ``multiprocessing.Pool``, as the article does, with one resource per process.

The modules that ``Pool`` would import at first use are imported here, before the clock starts, as for the other models.

Options:
    chunk_size: Number of items sent to a process at a time. Null: ``Pool`` decides.
    start_method: How processes start: ``fork``, ``forkserver`` or ``spawn``. Null: the default of this Python.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.pool
import multiprocessing.queues
import multiprocessing.synchronize
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from concbench.measured.pools import results_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import BlockingWorkload

NEEDS = "do"
ITEMS_RUN_IN = "process"
DEFAULT_WORKERS = "processes"

workload_here: BlockingWorkload
resource_here: Any
resources = ExitStack()  # never closed: a resource lives as long as its process


def open_resource(workload: BlockingWorkload) -> None:
    global workload_here, resource_here
    workload_here = workload
    resource_here = resources.enter_context(workload.open())


def do(item: Any) -> Any:
    return workload_here.do(resource_here, item)


def run(
    workload: BlockingWorkload,
    items: Sequence[Any],
    workers: int,
    *,
    chunk_size: int | None = None,
    start_method: str | None = None,
) -> list[Any]:
    with multiprocessing.get_context(start_method).Pool(workers, initializer=open_resource, initargs=(workload,)) as pool:
        return results_of(pool.map_async(do, items, chunk_size), pool)
