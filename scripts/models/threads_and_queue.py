"""Start one thread per worker; the threads take items from a queue until it is empty.

Each thread opens a resource of its own.
"""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import BlockingWorkload

NEEDS = "do"


def run(workload: BlockingWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    results: list[Any] = [None] * len(items)
    errors: list[BaseException] = []
    waiting: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
    for numbered in enumerate(items):
        waiting.put(numbered)

    def work() -> None:
        try:
            with workload.open() as resource:
                while not errors:
                    number, item = waiting.get_nowait()
                    results[number] = workload.do(resource, item)
        except queue.Empty:
            return
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results
