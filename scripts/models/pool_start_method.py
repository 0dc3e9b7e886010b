"""The article's pool again, its processes started as ``start_method`` says: ``fork``, ``forkserver`` or ``spawn``."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING, Any

from models.multiprocessing import do, open_resource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import BlockingWorkload

NEEDS = "do"
LANE = "process"


def run(workload: BlockingWorkload, items: Sequence[Any], workers: int, *, start_method: str = "spawn") -> list[Any]:
    with multiprocessing.get_context(start_method).Pool(workers, initializer=open_resource, initargs=(workload,)) as pool:
        return pool.map(do, items)
