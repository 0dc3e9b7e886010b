"""A pool of greenlets that run blocking code: gevent's patches make a wait in the standard library let others go on.

The patches must come before anything is imported that they concern, and the model is what the measured process imports first.
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
INTERLEAVES = True  # on one thread, so that an item's CPU time can't be told from that of others meanwhile


def run(workload: BlockingWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    pool = Pool(workers)
    idle: list[Any] = []  # resources that no greenlet has just now

    def do(item: Any) -> Any:
        resource = idle.pop() if idle else resources.enter_context(workload.open())
        try:
            return workload.do(resource, item)
        finally:
            idle.append(resource)

    with ExitStack() as resources:
        return pool.map(do, items)
