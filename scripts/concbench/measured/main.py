"""The measured process: the fresh process that does one run, and nothing but that run.

It reads a task, one line of JSON, from standard input, loads what the task needs, answers that it is ready, waits for a
second line, runs, answers that it is done, checks the results, and answers with what it measured, all on the pipe whose
number is its only argument. What models and workloads print goes to the run's log. Standard library alone, any Python
from 3.9 on.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import traceback
from typing import TYPE_CHECKING, Any

from concbench.measured.api import WrongResult
from concbench.measured.interpreter_state import gil_enabled, jit_enabled
from concbench.measured.timing import timed_run
from concbench.measured.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from concbench.measured.api import AnyWorkload
    from concbench.measured.timing import Done, Timed


def describe(error: BaseException) -> str:
    """The error in a line; of a group of them, the first."""
    within = getattr(error, "exceptions", None)
    if within:
        return describe(within[0])
    return "".join(traceback.format_exception_only(type(error), error)).strip()


def python() -> dict[str, Any]:
    """What the record says of the interpreter, once everything has been imported."""
    return {
        "python_version": ".".join(map(str, sys.version_info[:3])),
        "gil_enabled": gil_enabled(),
        "jit_enabled": jit_enabled(),
    }


def thread_numbers(items: Sequence[Done]) -> list[int]:
    """For each item the number of the thread that did it, in the order of first appearance."""
    numbers: dict[int, int] = {}
    return [numbers.setdefault(item.thread, len(numbers)) for item in items]


def item_times(timed: Timed, interleaved: bool) -> dict[str, Any]:
    """The record's columns of items: seconds since the start of the timed region; no CPU time where nobody knows whose."""
    return {
        "start_s": [round(item.start - timed.start, 7) for item in timed.items],
        "end_s": [round(item.end - timed.start, 7) for item in timed.items],
        "cpu_s": [None if interleaved else round(item.cpu, 7) for item in timed.items],
        "thread": thread_numbers(timed.items),
    }


def nothing(**_options: object) -> None:
    """What models do that have nothing to prepare."""


def measure(
    task: dict[str, Any], model: Any, workload: AnyWorkload, items: list[Any], answer: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Do the run; what was measured, or why there is nothing. Answers when it is done, before it is checked."""
    gc.collect()  # so that what start-up left behind isn't collected by the clock
    before = Usage.now()
    try:
        timed = timed_run(model.run, workload, items, task["workers"], **task["model_options"])
    except Exception as error:
        traceback.print_exc()
        return {"status": "failed", "reason": describe(error)}
    used = Usage.now().since(before)
    answer({"status": "checking"})
    results = [done.result for done in timed.items]
    try:
        workload.check(items, results)
    except WrongResult as error:
        return {"status": "invalid", "reason": str(error)}
    except Exception as error:
        traceback.print_exc()
        return {"status": "failed", "reason": f"the results can't be checked: {describe(error)}"}
    bytes_received = getattr(workload, "bytes_received", lambda results: None)
    return {
        "status": "ok",
        "start_clock_s": timed.start,
        "makespan_s": timed.end - timed.start,
        "setup_s": min(item.start for item in timed.items) - timed.start,
        "teardown_s": timed.end - max(item.end for item in timed.items),
        **used._asdict(),
        "items_ok": len(results),
        "bytes_received": bytes_received(results),
        "items": item_times(timed, getattr(model, "INTERLEAVES", False)),
    }


def main() -> None:
    answers = os.fdopen(int(sys.argv[1]), "w", encoding="utf-8")

    def answer(fields: dict[str, Any]) -> None:
        print(json.dumps(fields), file=answers, flush=True)

    gil_enabled_at_start = gil_enabled()
    task = json.loads(sys.stdin.readline())
    try:
        model = importlib.import_module(f"models.{task['model']}")
        getattr(model, "prepare", nothing)(**task["model_options"])
        workload = importlib.import_module(f"workloads.{task['workload']}").Workload(**task["workload_options"])
        items = workload.items(task["size"], task["seed"])
    except ImportError as error:
        answer({"status": "skipped", "reason": describe(error)})
        return
    except Exception as error:
        traceback.print_exc()
        answer({"status": "failed", "reason": f"no items of {task['workload']}: {describe(error)}"})
        return
    used = Usage.now()
    start_up = {"start_up_cpu_s": used.cpu_user_s + used.cpu_system_s, "gil_enabled_at_start": gil_enabled_at_start}
    answer({"status": "ready", **start_up, **python()})
    if sys.stdin.readline() == "go\n":  # anything else: the runner has gone or given up
        answer(measure(task, model, workload, items, answer))
