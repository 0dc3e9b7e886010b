"""Resident memory of a thread and of a task that have begun and wait, while many are alive: by how much the process grows.

What the kernel keeps for a thread besides is not in it.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from probes import Metric
from probes.start_cost import pass_through, wait

RESTS_ON = "probes/start_cost"
COUNT = 1000


def resident_bytes() -> int:
    """Counted page by page: the sum in ``/proc/self/status`` lags behind."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Rss:"))


def thread_bytes() -> float:
    gate = threading.Lock()
    with gate:
        before = resident_bytes()
        threads = [threading.Thread(target=pass_through, args=(gate,)) for _ in range(COUNT)]
        for thread in threads:
            thread.start()
        after = resident_bytes()
    for thread in threads:
        thread.join()
    return (after - before) / COUNT


async def task_bytes() -> float:
    gate = asyncio.get_running_loop().create_future()
    before = resident_bytes()
    tasks = [asyncio.create_task(wait(gate)) for _ in range(COUNT)]
    await asyncio.sleep(0)  # so that all have started
    after = resident_bytes()
    gate.set_result(None)
    await asyncio.gather(*tasks)
    return (after - before) / COUNT


def measure() -> list[Metric]:
    return [Metric("task_bytes", asyncio.run(task_bytes()), "bytes"), Metric("thread_bytes", thread_bytes(), "bytes")]
