"""joblib with its own kind of processes, loky: items are pickled by value and sent in batches of joblib's choosing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import joblib
from joblib.externals import loky

from models import multiprocessing_pool as worker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import BlockingWorkload

NEEDS = "do"
ITEMS_RUN_IN = "process"


def do(workload: BlockingWorkload, item: Any) -> Any:
    """In a worker: its first item makes its resource, which it then keeps."""
    if not hasattr(worker, "resource_here"):
        worker.open_resource(workload)
    return worker.do(item)


def run(workload: BlockingWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    try:
        return list(joblib.Parallel(n_jobs=workers, backend="loky")(joblib.delayed(do)(workload, item) for item in items))
    finally:
        loky.get_reusable_executor().shutdown(wait=True)
