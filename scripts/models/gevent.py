"""Run blocking code in a pool of greenlets: gevent patches the standard library so that a wait lets other greenlets run.

The patches must come before the modules that they change are imported. The measured process imports the model first.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from gevent.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import BlockingWorkload

NEEDS = "do"
ITEMS_RUN_IN = "task"
INTERLEAVES = True  # all greenlets share one thread, whose clock counts the CPU time of all


def run(workload: BlockingWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    pool = Pool(workers)
    idle: list[Any] = []  # resources that no greenlet is using

    def do(item: Any) -> Any:
        resource = idle.pop() if idle else resources.enter_context(workload.open())
        try:
            return workload.do(resource, item)
        finally:
            idle.append(resource)

    with ExitStack() as resources:
        return pool.map(do, items)
