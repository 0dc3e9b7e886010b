"""Time starting and ending one thread, task, process or subinterpreter.

They are started one after the other. Threads and tasks are also started many at once, and the time is divided by their
number. The processes import and copy almost nothing, so those of a real program cost more. The server of forkserver, and
the resource tracker that forkserver and spawn need, already run.

Metrics:
    <start method>_s: Time of a process started by ``fork``, ``forkserver`` or ``spawn`` (s).
    subinterpreter_s: Time of a subinterpreter (s).
    task_s: Time of a task, one after the other (s).
    task_s_<count>: Time per task with ``count`` alive at once (s).
    thread_s: Time of a thread, one after the other (s).
    thread_s_<count>: Time per thread with ``count`` alive at once (s).
"""

from __future__ import annotations

import asyncio
import importlib
import multiprocessing
import os
import sys
import threading
from functools import partial
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from concbench.measured.api import Metric, median_seconds, skipped

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

BATCH = 100
THREADS_AT_ONCE = {100: 3, 1000: 1}  # count: repetitions; ten thousand threads would take ten seconds
TASKS_AT_ONCE = {100: 20, 1000: 5, 10_000: 3}
PROCESSES = {"fork": 20, "forkserver": 20, "spawn": 5}
INTERPRETERS = 5


def threads_one_by_one() -> None:
    for _ in range(BATCH):
        thread = threading.Thread(target=os.getpid)
        thread.start()
        thread.join()


def pass_through(gate: threading.Lock) -> None:
    with gate:
        pass


def threads_at_once(count: int) -> None:
    gate = threading.Lock()
    threads = [threading.Thread(target=pass_through, args=(gate,)) for _ in range(count)]
    with gate:
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join()


def threads() -> list[Metric]:
    metrics = [Metric("thread_s", median_seconds(threads_one_by_one, 5) / BATCH, "s")]
    for count, repetitions in THREADS_AT_ONCE.items():
        times = []
        try:
            for _ in range(repetitions):
                start = perf_counter()
                threads_at_once(count)
                times.append((perf_counter() - start) / count)
            metrics.append(Metric(f"thread_s_{count}", median(times), "s"))
        except RuntimeError as error:
            metrics.append(skipped(f"thread_s_{count}", "s", str(error)))
    return metrics


async def nothing() -> None:
    pass


async def tasks_one_by_one(count: int) -> None:
    for _ in range(count):
        await asyncio.create_task(nothing())


async def wait(gate: Awaitable[None]) -> None:
    await gate


async def tasks_at_once(count: int) -> None:
    gate = asyncio.get_running_loop().create_future()
    tasks = [asyncio.create_task(wait(gate)) for _ in range(count)]
    await asyncio.sleep(0)  # start all tasks
    gate.set_result(None)
    for task in tasks:
        await task


async def seconds_per_task(do: Callable[[int], Awaitable[None]], count: int, repetitions: int) -> float:
    times = []
    for _ in range(repetitions):
        start = perf_counter()
        await do(count)
        times.append((perf_counter() - start) / count)
    return median(times)


def tasks() -> list[Metric]:
    one = asyncio.run(seconds_per_task(tasks_one_by_one, BATCH, 20))
    many = {
        count: asyncio.run(seconds_per_task(tasks_at_once, count, repetitions)) for count, repetitions in TASKS_AT_ONCE.items()
    }
    return [Metric("task_s", one, "s"), *(Metric(f"task_s_{count}", value, "s") for count, value in many.items())]


def one_process(start_method: str) -> None:
    process = multiprocessing.get_context(start_method).Process(target=os.getpid)  # type: ignore[attr-defined]
    process.start()
    process.join()


def processes() -> list[Metric]:
    return [
        Metric(f"{method}_s", median_seconds(partial(one_process, method), repetitions), "s")
        for method, repetitions in PROCESSES.items()
    ]


def one_interpreter() -> None:
    if sys.version_info >= (3, 14):
        from concurrent import interpreters

        interpreter = interpreters.create()
        interpreter.exec("pass")
        interpreter.close()
    else:
        module = importlib.import_module("_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters")
        number = module.create()
        module.run_string(number, "pass")
        module.destroy(number)


def interpreters() -> Metric:
    try:
        return Metric("subinterpreter_s", median_seconds(one_interpreter, INTERPRETERS), "s")
    except ImportError as error:
        return skipped("subinterpreter_s", "s", str(error))


def measure() -> list[Metric]:
    return [*processes(), interpreters(), *tasks(), *threads()]
