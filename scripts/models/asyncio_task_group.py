"""Create one asyncio task per item in a ``TaskGroup``; a semaphore limits how many run at a time.

If one task fails, the group cancels the others. Needs Python 3.11.

Options:
    eager: Run each task up to its first wait as soon as it is created. Needs Python 3.12.
    uvloop: Use the event loop of the package uvloop instead of asyncio's.
"""

from __future__ import annotations

import asyncio
import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import AsyncWorkload

NEEDS = "do_async"


def prepare(*, eager: bool = False, uvloop: bool = False) -> None:
    if not hasattr(asyncio, "TaskGroup"):
        raise ImportError("asyncio.TaskGroup is new in Python 3.11")
    if eager and not hasattr(asyncio, "eager_task_factory"):
        raise ImportError("asyncio.eager_task_factory is new in Python 3.12")
    if uvloop:
        importlib.import_module("uvloop")


async def run_all(workload: AsyncWorkload, items: Sequence[Any], workers: int, eager: bool) -> list[Any]:
    turn = asyncio.Semaphore(workers)

    async def do(item: Any) -> Any:
        async with turn:
            return await workload.do_async(resource, item)

    if eager:
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)  # type: ignore[attr-defined]  # new in 3.12
    async with workload.open_async() as resource, asyncio.TaskGroup() as group:
        tasks = [group.create_task(do(item)) for item in items]
    return [task.result() for task in tasks]


def run(workload: AsyncWorkload, items: Sequence[Any], workers: int, *, eager: bool = False, uvloop: bool = False) -> list[Any]:
    everything = run_all(workload, items, workers, eager)
    return importlib.import_module("uvloop").run(everything) if uvloop else asyncio.run(everything)
