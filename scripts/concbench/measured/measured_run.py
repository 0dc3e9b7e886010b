"""Do one run in a fresh process, the measured process.

It reads a task from standard input, loads what the task needs and answers that it is ready. It waits for a second line,
does the run and answers that it is done. Then it checks the results and answers with the measurement (see ``protocol.py``).
The answers go to the pipe whose number is the only argument. Output of models and workloads goes to the run's log. Standard
library alone, Python 3.9 or newer.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
import traceback
from typing import TYPE_CHECKING, Any

from concbench.measured.api import WrongResult
from concbench.measured.interpreter_state import gil_enabled, jit_enabled
from concbench.measured.protocol import GO, Checking, Measurement, NotMeasured, Ready, Task, answer_to_json
from concbench.measured.status import Status
from concbench.measured.timing import timed_run
from concbench.measured.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from concbench.measured.api import AnyWorkload
    from concbench.measured.protocol import Answer
    from concbench.measured.timing import Done, Timed

    Say = Callable[[Answer], None]


def describe(error: BaseException) -> str:
    """Describe an error in a line; for a group of errors, the first."""
    within = getattr(error, "exceptions", None)
    if within:
        return describe(within[0])
    return "".join(traceback.format_exception_only(type(error), error)).strip()


def thread_numbers(items: Sequence[Done]) -> list[int]:
    """Number the threads that did the items, in the order of first appearance."""
    numbers: dict[int, int] = {}
    return [numbers.setdefault(item.thread, len(numbers)) for item in items]


def measurement(timed: Timed, used: Usage, bytes_received: int | None, interleaved: bool) -> Measurement:
    """Make the measurement, with times in seconds from the start of the timed region.

    Args:
        timed: The timed region.
        used: CPU time, context switches and memory used in it.
        bytes_received: Bytes received; None if the workload doesn't count them.
        interleaved: Whether items take turns on one thread, so that the CPU time of one item is unknown.
    """
    return Measurement(
        start_clock_s=timed.start,
        makespan_s=timed.end - timed.start,
        setup_s=min(item.start for item in timed.items) - timed.start,
        teardown_s=timed.end - max(item.end for item in timed.items),
        cpu_user_s=used.cpu_user_s,
        cpu_system_s=used.cpu_system_s,
        voluntary_switches=used.voluntary_switches,
        involuntary_switches=used.involuntary_switches,
        peak_memory_bytes=used.peak_memory_bytes,
        items_ok=len(timed.items),
        bytes_received=bytes_received,
        item_start_s=[round(item.start - timed.start, 7) for item in timed.items],
        item_end_s=[round(item.end - timed.start, 7) for item in timed.items],
        item_cpu_s=[None if interleaved else round(item.cpu, 7) for item in timed.items],
        item_thread=thread_numbers(timed.items),
    )


def nothing(**_options: object) -> None:
    """Stand in for ``prepare`` if a model has none."""


def measure(task: Task, model: Any, workload: AnyWorkload, items: list[Any], say: Say) -> Measurement | NotMeasured:
    """Do the run and check its results. Return the measurement, or why there is none.

    Calls ``say(Checking())`` after the timed region, before the results are checked.
    """
    gc.collect()  # otherwise garbage from start-up may be collected in the timed region
    before = Usage.now()
    try:
        timed = timed_run(model.run, workload, items, task.workers, **task.model_options)
    except Exception as error:
        traceback.print_exc()
        return NotMeasured(Status.FAILED, describe(error))
    used = Usage.now().since(before)
    say(Checking())
    results = [done.result for done in timed.items]
    try:
        workload.check(items, results)
    except WrongResult as error:
        return NotMeasured(Status.INVALID, str(error))
    except Exception as error:
        traceback.print_exc()
        return NotMeasured(Status.FAILED, f"cannot check the results: {describe(error)}")
    bytes_received = getattr(workload, "bytes_received", lambda results: None)
    return measurement(timed, used, bytes_received(results), getattr(model, "INTERLEAVES", False))


def main() -> None:
    """Do the task on standard input."""
    answers = os.fdopen(int(sys.argv[1]), "w", encoding="utf-8")

    def say(answer: Answer) -> None:
        print(answer_to_json(answer), file=answers, flush=True)

    gil_enabled_at_start = gil_enabled()
    task = Task.from_json(sys.stdin.readline())
    try:
        model = importlib.import_module(f"models.{task.model}")
        getattr(model, "prepare", nothing)(**task.model_options)
        workload = importlib.import_module(f"workloads.{task.workload}").Workload(**task.workload_options)
        items = workload.items(task.size, task.seed)
    except ImportError as error:
        say(NotMeasured(Status.SKIPPED, describe(error)))
        return
    except Exception as error:
        traceback.print_exc()
        say(NotMeasured(Status.FAILED, f"cannot prepare the run: {describe(error)}"))
        return
    used = Usage.now()
    say(
        Ready(
            start_up_cpu_s=used.cpu_user_s + used.cpu_system_s,
            gil_enabled_at_start=gil_enabled_at_start,
            gil_enabled=gil_enabled(),
            jit_enabled=jit_enabled(),
            implementation=sys.implementation.name,
            python_version=".".join(map(str, sys.version_info[:3])),
        )
    )
    if sys.stdin.readline() == f"{GO}\n":
        say(measure(task, model, workload, items, say))
