"""Do one run in a fresh process, the measured process.

It reads a task, loads what the task needs and answers that it is ready. It waits for a second line, does the run and answers
that it is done. Then it checks the results and answers with the measurement (see ``protocol.py``). Its arguments are the
numbers of two pipes, for tasks and for answers. Output of models and workloads goes to the run's log, and their standard input
is empty. Standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from concbench.measured import children
from concbench.measured.api import WrongResult
from concbench.measured.errors import describe, describe_work, log_error
from concbench.measured.interpreter_state import gil_enabled, jit_enabled
from concbench.measured.left_running import Beside
from concbench.measured.loop_stall import longest_stall
from concbench.measured.numeric_libraries import numeric_libraries
from concbench.measured.protocol import GO, Checking, Measurement, NotMeasured, Ready, Task, answer_to_json
from concbench.measured.results import unfinished_result
from concbench.measured.sending import not_sent
from concbench.measured.status import Status
from concbench.measured.timing import cost_of_timing, timed_run
from concbench.measured.usage import Usage, cpu_so_far_s

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from concbench.measured.api import AnyWorkload
    from concbench.measured.protocol import Answer
    from concbench.measured.timing import Done, Timed

    Say = Callable[[Answer], None]

CHILDREN_IGNORED = (
    "the work ignores SIGCHLD, so the CPU time of its child processes is lost:"
    " leave that signal alone, or ignore it when the file is imported, where it can be undone"
)
LEAST_ITEM_S = 1e-9
LOKY = "loky"  # starts processes that share the CPUs' number of threads, so that this process has other numbers

UNSTEADY_CLOCK = "the clock stood still or jumped during the run: does the work replace time.perf_counter?"


def thread_numbers(items: Sequence[Done]) -> list[int]:
    """Number the threads that did the items, in the order of first appearance."""
    numbers: dict[int | None, int] = {}
    return [numbers.setdefault(item.thread, len(numbers)) for item in items]


def measurement(
    timed: Timed,
    used: Usage,
    bytes_received: int | None,
    interleaved: bool,
    started_by: str | None,
    timing_share: float | None,
) -> Measurement:
    """Make the measurement, with times in seconds from the start of the timed region.

    Args:
        timed: The timed region.
        used: CPU time, context switches and memory used in it.
        bytes_received: Bytes received; None if the workload doesn't count them.
        interleaved: Whether items take turns on one thread, so that the CPU time of one item is unknown.
        started_by: How the pool's processes were started; None without a pool of processes.
        timing_share: Cost of timing an item, as a share of what an item takes; None without items.
    """
    times = [(item.start, item.end, item.cpu) for item in timed.items if item.start is not None and item.end is not None]
    all_timed = len(times) == len(timed.items)
    starts, ends = [start for start, _, _ in times], [end for _, end, _ in times]
    return Measurement(
        start_clock_s=timed.start,
        makespan_s=timed.end - timed.start,
        setup_s=min(starts) - timed.start if starts else None,
        teardown_s=timed.end - max(ends) if ends and all_timed else None,
        cpu_user_s=used.cpu_user_s,
        cpu_system_s=used.cpu_system_s,
        voluntary_switches=used.voluntary_switches,
        involuntary_switches=used.involuntary_switches,
        peak_memory_bytes=used.peak_memory_bytes,
        items_ok=len(timed.items),
        bytes_received=bytes_received,
        start_method=started_by,
        timing_share=timing_share,
        item_start_s=[round(start - timed.start, 7) for start in starts] if all_timed else [],
        item_end_s=[round(end - timed.start, 7) for end in ends] if all_timed else [],
        item_cpu_s=[None if interleaved or cpu is None else round(cpu, 7) for *_, cpu in times] if all_timed else [],
        item_thread=thread_numbers(timed.items) if all_timed else [],
    )


def item_s(timed: Timed, workers: int, repeated_s: Sequence[float]) -> float | None:
    """Return what an item takes on average, in seconds; None without items.

    If not all items were timed, those that were are the first ones, which may be unlike the others. Then the average is that of
    items that were repeated after the run. Without them, it is the time that the workers had for an item: the most it can be.

    Args:
        timed: The timed region.
        workers: The most items that were done at a time.
        repeated_s: Seconds that each repeated item took.
    """
    lengths = [item.end - item.start for item in timed.items if item.start is not None and item.end is not None]
    if lengths and len(lengths) == len(timed.items):
        return sum(lengths) / len(lengths)
    if repeated_s:
        return sum(repeated_s) / len(repeated_s)
    starts = [item.start for item in timed.items if item.start is not None]
    return workers * (timed.end - min(starts)) / len(timed.items) if starts else None


def has_steady_clock(timed: Timed) -> bool:
    """Check that the timed region takes time, and that each item lies within it: work may replace the clock."""
    times = [(item.start, item.end) for item in timed.items if item.start is not None and item.end is not None]
    return timed.start < timed.end and all(timed.start <= start <= end <= timed.end for start, end in times)


def nothing(**_options: object) -> None:
    """Stand in for ``prepare`` if a model has none."""


def start_method(model: Any, options: dict[str, Any]) -> str | None:
    """Return how a model's processes are started, which the work may have set; None if it starts none."""
    known: str | None = getattr(model, "START_METHOD", "default" if getattr(model, "ITEMS_RUN_IN", "") == "process" else None)
    if known != "default":
        return known
    multiprocessing = sys.modules["multiprocessing"]
    default = multiprocessing.get_start_method(allow_none=True) or multiprocessing.get_all_start_methods()[0]
    return str(options.get("start_method") or default)


def default_number(model: Any) -> int:
    """Return how many workers a model's pool has on this Python if it isn't given a number."""
    from concbench.measured.machine import default_workers, python_cpus  # few runs need it

    return default_workers(model.DEFAULT_WORKERS, python_cpus())


def measure(task: Task, model: Any, workload: AnyWorkload, items: list[Any], say: Say) -> Measurement | NotMeasured:
    """Do the run and check its results. Return the measurement, or why there is none.

    Calls ``say(Checking())`` after the timed region, before the results are checked.
    """
    method, work = getattr(model, "NEEDS", "do"), getattr(workload, "called", "the work")
    shared = getattr(workload, "shared", None)
    run = shared.within(model.run) if shared else model.run
    cost_s = cost_of_timing(method)
    gc.collect()  # otherwise garbage from start-up may be collected in the timed region
    beside, before = Beside.now(), Usage.of_descendants()
    try:
        timed = timed_run(run, workload, items, task.workers, cost_s, **task.model_options)
    except BaseException as error:
        log_error()
        say(Checking())
        return not_sent(error, method, workload, items) or NotMeasured(Status.FAILED, describe_work(error, workload))
    left = Beside.now().left_since(beside, work)
    used = Usage.of_descendants().since(before).with_own(timed.own_before, timed.own_after)
    say(Checking())
    if left:
        return NotMeasured(Status.INVALID, left)
    if children.are_ignored():
        return NotMeasured(Status.FAILED, CHILDREN_IGNORED)
    if not has_steady_clock(timed):
        return NotMeasured(Status.INVALID, UNSTEADY_CLOCK)
    results, stall_s = [done.result for done in timed.items], None
    try:
        refuse_unfinished(method, results)
        workload.check(items, results)
        if method == "do_async" and getattr(model, "LOOP", "asyncio") == "asyncio" and hasattr(workload, "check_loop"):
            workload.check_loop(len(items))
            stall_s = longest_stall(workload, items)
        received = bytes_received(workload, results)
    except WrongResult as error:
        return NotMeasured(Status.INVALID, str(error))
    except BaseException as error:
        log_error()
        return NotMeasured(Status.FAILED, f"cannot check the results: {describe_work(error, workload)}")
    left = Beside.now().left_since(beside, work)  # of items that were repeated; pools do theirs where it can't be seen
    if left:
        return NotMeasured(Status.INVALID, left)
    mean_s = item_s(timed, task.workers, getattr(workload, "repeated_s", ()))
    share = None if mean_s is None else cost_s / max(mean_s, LEAST_ITEM_S)
    interleaved = getattr(model, "INTERLEAVES", False)
    measured = measurement(timed, used, received, interleaved, start_method(model, task.model_options), share)
    libraries = numeric_libraries(task.threadpoolctl) if task.threadpoolctl else []
    return measured._replace(
        numeric_libraries=", ".join(map(str, libraries)) or None,
        numeric_threads=libraries[0].threads if libraries and measured.start_method != LOKY else None,
        longest_stall_s=stall_s,
    )


def refuse_unfinished(method: str, results: Sequence[Any]) -> None:
    """Raise WrongResult if results stand for work that has not been done; of each type, look at the first and the last result.

    The first one may be ready while others are still being computed.
    """
    first: dict[type, int] = {}
    last: dict[type, int] = {}
    for number, result in enumerate(results):
        first.setdefault(type(result), number)
        last[type(result)] = number
    for number in dict.fromkeys([*first.values(), *last.values()]):
        wrong = unfinished_result(method, number, results[number])
        if wrong:
            raise WrongResult(wrong)


def bytes_received(workload: Any, results: Sequence[Any]) -> int | None:
    """Return the bytes that a workload received; None if it doesn't count them."""
    return int(workload.bytes_received(results)) if hasattr(workload, "bytes_received") else None


def do_task(tasks: IO[str], say: Say) -> Measurement | NotMeasured | None:
    """Prepare the task, say that it is ready, and do it on request. Return the last answer; None without a request."""
    gil_enabled_at_start = gil_enabled()
    task = Task.from_json(tasks.readline())
    try:
        model = importlib.import_module(f"concbench_plugins.models.{task.model}")
        task = task if task.workers else task._replace(workers=default_number(model))
        getattr(model, "prepare", nothing)(**task.model_options)
        workload = importlib.import_module(f"concbench_plugins.workloads.{task.workload}").Workload(**task.workload_options)
        items = workload.items(task.size, task.seed)
    except ImportError as error:
        return NotMeasured(Status.SKIPPED, describe(error))
    except BaseException as error:
        log_error()
        return NotMeasured(Status.FAILED, f"cannot prepare the run: {describe(error)}")
    if children.keep_accounts():
        with suppress(Exception):  # where the work has closed its output
            print("The work ignored SIGCHLD. This was undone: otherwise the CPU time of child processes is lost.", flush=True)
    say(
        Ready(
            start_up_cpu_s=cpu_so_far_s(),
            gil_enabled_at_start=gil_enabled_at_start,
            gil_enabled=gil_enabled(),
            jit_enabled=jit_enabled(),
            implementation=sys.implementation.name,
            python_version=".".join(map(str, sys.version_info[:3])),
            workers=task.workers,
        )
    )
    return measure(task, model, workload, items, say) if tasks.readline() == f"{GO}\n" else None


def main() -> None:
    """Do the task that comes by the first pipe; answer by the second."""
    numbers = [int(number) for number in sys.argv[1:]]
    del sys.argv[1:]  # the work may look for arguments of its own
    for number in numbers:
        os.set_inheritable(number, False)  # programs that the work starts don't need them
    tasks, answers = (os.fdopen(number, mode, encoding="utf-8") for number, mode in zip(numbers, "rw"))
    process = os.getpid()

    def say(answer: Answer) -> None:
        if os.getpid() != process:
            os._exit(1)  # the work forked, and this child came back from it
        answers.write(f"{answer_to_json(answer)}\n")  # not by print(), which the work may have replaced
        answers.flush()

    try:
        last = do_task(tasks, say)
    except BaseException as error:
        log_error()
        last = NotMeasured(Status.FAILED, describe(error))
    if last:
        say(last)
