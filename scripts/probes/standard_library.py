"""Check what this Python's standard library offers for concurrency, and how an event loop can be run: 1 for yes, 0 for no.

Metrics:
    has_thread_pool: Whether ``concurrent.futures`` has ``ThreadPoolExecutor`` (yes/no).
    has_process_pool: Whether ``concurrent.futures`` has ``ProcessPoolExecutor`` (yes/no).
    has_interpreter_pool: Whether ``concurrent.futures`` has ``InterpreterPoolExecutor`` (yes/no).
    has_asyncio_pool: Whether ``asyncio`` has a pool, or ``concurrent.futures`` has one for asyncio (yes/no).
    has_task_group: Whether ``asyncio`` has ``TaskGroup`` (yes/no).
    get_event_loop_works: Whether ``asyncio.get_event_loop()`` works without a running loop (yes/no).
    get_event_loop_warns: Whether it works but warns (yes/no).
    new_event_loop_works: Whether ``asyncio.new_event_loop()`` works (yes/no).
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import subprocess
import sys

from concbench.measured.api import Metric

FETCHED = "import asyncio; asyncio.get_event_loop().run_until_complete(asyncio.sleep(0))"
MADE = "import asyncio; loop = asyncio.new_event_loop(); loop.run_until_complete(asyncio.sleep(0)); loop.close()"


def works(code: str, *options: str) -> bool:
    """Check whether the code runs without an error in a fresh process of this interpreter."""
    return subprocess.run([sys.executable, *options, "-c", code], capture_output=True, check=False).returncode == 0


def has_asyncio_pool() -> bool:
    """Check whether asyncio has a pool, or concurrent.futures has one for asyncio."""
    pools = [name for name in dir(asyncio) if "Pool" in name]
    return bool(pools) or any("sync" in name and "Pool" in name for name in dir(concurrent.futures))


def measure() -> list[Metric]:
    fetched = works(FETCHED)
    facts = {
        "has_thread_pool": hasattr(concurrent.futures, "ThreadPoolExecutor"),
        "has_process_pool": hasattr(concurrent.futures, "ProcessPoolExecutor"),
        "has_interpreter_pool": hasattr(concurrent.futures, "InterpreterPoolExecutor"),
        "has_asyncio_pool": has_asyncio_pool(),
        "has_task_group": hasattr(asyncio, "TaskGroup"),
        "get_event_loop_works": fetched,
        "get_event_loop_warns": fetched and not works(FETCHED, "-W", "error"),
        "new_event_loop_works": works(MADE),
    }
    return [Metric(name, float(fact), "yes/no") for name, fact in facts.items()]
