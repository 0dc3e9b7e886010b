"""Measure the memory of a thread, a task, a process, a session and a TLS context, in bytes.

Threads and tasks: growth of resident memory per unit, with 1000 of them started and waiting. Processes: memory that the
process shares with no other. The kernel's own memory is not included.

Metrics:
    task_bytes: Memory of one task (bytes).
    thread_bytes: Memory of one thread (bytes).
    <start method>_bytes: Private memory of a process started by ``fork``, ``forkserver`` or ``spawn`` (bytes).
    tls_context_bytes: Memory of one TLS context with certifi's certificates (bytes).
    session_bytes: Memory of one ``requests.Session`` (bytes).
"""

from __future__ import annotations

import asyncio
import multiprocessing
import ssl
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from concbench.measured.api import Metric, skipped

from .start_cost import pass_through, wait

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 1000
CLIENTS = 20
RESIDENT, PRIVATE = ("Rss:",), ("Private_Clean:", "Private_Dirty:")


def memory_bytes(kinds: tuple[str, ...], process: int | str = "self") -> int:
    """Add up the given kinds of memory, page by page: the sum in ``/proc/<process>/status`` lags behind."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(kinds))


def thread_bytes() -> float:
    gate = threading.Lock()
    with gate:
        before = memory_bytes(RESIDENT)
        threads = [threading.Thread(target=pass_through, args=(gate,)) for _ in range(COUNT)]
        for thread in threads:
            thread.start()
        after = memory_bytes(RESIDENT)
    for thread in threads:
        thread.join()
    return (after - before) / COUNT


async def task_bytes() -> float:
    gate = asyncio.get_running_loop().create_future()
    before = memory_bytes(RESIDENT)
    tasks = [asyncio.create_task(wait(gate)) for _ in range(COUNT)]
    await asyncio.sleep(0)  # start all tasks
    after = memory_bytes(RESIDENT)
    gate.set_result(None)
    await asyncio.gather(*tasks)
    return (after - before) / COUNT


def report_memory(answers: multiprocessing.SimpleQueue[int]) -> None:
    answers.put(memory_bytes(PRIVATE))


def process_bytes(start_method: str) -> float:
    context = multiprocessing.get_context(start_method)
    answers = context.SimpleQueue()
    process = context.Process(target=report_memory, args=(answers,))  # type: ignore[attr-defined]
    process.start()
    found: int = answers.get()
    process.join()
    return found


def bytes_each(make: Callable[[], object]) -> float:
    make()
    before = memory_bytes(RESIDENT)
    made = [make() for _ in range(CLIENTS)]
    return (memory_bytes(RESIDENT) - before) / len(made)


def clients() -> list[Metric]:
    try:
        import certifi
        import requests
    except ImportError as error:
        return [skipped(metric, "bytes", str(error)) for metric in ("tls_context_bytes", "session_bytes")]
    bundle = certifi.where()
    return [
        Metric("tls_context_bytes", bytes_each(lambda: ssl.create_default_context(cafile=bundle)), "bytes"),
        Metric("session_bytes", bytes_each(requests.Session), "bytes"),
    ]


def measure() -> list[Metric]:
    return [
        Metric("task_bytes", asyncio.run(task_bytes()), "bytes"),
        Metric("thread_bytes", thread_bytes(), "bytes"),
        *(Metric(f"{method}_bytes", process_bytes(method), "bytes") for method in ("fork", "forkserver", "spawn")),
        *clients(),
    ]
