"""Map the items over ``concurrent.futures.InterpreterPoolExecutor``: each thread has an interpreter and a GIL of its own.

The workload and each item are pickled. New in Python 3.14: on an older Python the import fails and the run is skipped.
"""

from __future__ import annotations

from concurrent.futures import InterpreterPoolExecutor  # type: ignore[attr-defined]  # new in 3.14
from typing import TYPE_CHECKING, Any

from .multiprocessing_pool import do, open_resource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import BlockingWorkload

NEEDS = "do"
DEFAULT_WORKERS = "threads"


def run(workload: BlockingWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    with InterpreterPoolExecutor(workers, initializer=open_resource, initargs=(workload,)) as pool:
        return list(pool.map(do, items))
