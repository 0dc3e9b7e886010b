"""Run items with joblib's default backend, loky: a pool of processes that gets the items in batches of automatic size.

The workload and each item are pickled. With one worker, joblib makes no pool and does the items here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import joblib
from joblib.externals import loky

from . import multiprocessing_pool as worker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import BlockingWorkload

NEEDS = "do"
ITEMS_RUN_IN = "process"
START_METHOD = "loky"


def do(workload: BlockingWorkload, item: Any) -> Any:
    """Do one item in a worker process. The first call there opens the resource, which later calls reuse."""
    if not hasattr(worker, "resource_here"):
        worker.open_resource(workload)
    return worker.do(item)


def run(workload: BlockingWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    try:
        return list(joblib.Parallel(n_jobs=workers, backend="loky")(joblib.delayed(do)(workload, item) for item in items))
    finally:
        if workers > 1:  # with one, joblib makes no pool
            loky.get_reusable_executor(reuse=True).shutdown(wait=True)
