"""Work of the user's own that fails, ends, forgets and changes what programs do, under the models that might lose it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from concbench.campaign import plugins
from concbench.environment.tempdir import RUN, empty_run_folder
from concbench.records.run_record import RunRecord
from concbench.runner import run as runner_run

Own = Callable[..., RunRecord]

NUMBERS = "def items(size, seed): return list(range(size))\n"
TWIN = "async def do_async(item): return do(item)\n"
SPAWN = {"model": "multiprocessing_pool", "workers": 2, "model_options": {"start_method": "spawn"}}
FORK = {"model": "multiprocessing_pool", "workers": 2, "model_options": {"start_method": "fork"}}
EXECUTOR = {"model": "process_pool_executor", "workers": 2, "model_options": {"start_method": "fork"}}
JOBLIB = {"model": "joblib", "workers": 2}
MODELS = [name for name in plugins.names("models") if name != "subinterpreters" or sys.version_info >= (3, 14)]
every_model = pytest.mark.parametrize("model", MODELS)
every_pool = pytest.mark.parametrize("pool", [SPAWN, FORK, EXECUTOR, JOBLIB], ids=["spawn", "fork", "executor", "joblib"])


def outcome(record: RunRecord) -> tuple[str, str]:
    return record.measured.status, re.sub(r"[^\s(]*/mine\.py", "mine.py", record.measured.reason or "")


# --- Errors keep their names

ABORTS = (
    "class Stop(BaseException):\n"
    "    def __init__(self, place, why):\n        super().__init__(f'{place}: {why}')\n"
    f"{NUMBERS}def do(item):\n    if item == 3: raise Stop(item, 'no such page')\n    return item\n{TWIN}"
)


@every_model
def test_an_error_that_no_pool_can_unpickle_is_named_under_every_model(model: str, own: Own) -> None:
    assert outcome(own(ABORTS, model=model, workers=2)) == ("failed", "mine.Stop: 3: no such page (mine.py, line 6)")


@pytest.mark.parametrize("model", ["sync", "threads_and_queue", "gevent", "asyncio", "trio", "process_event_loops", "joblib"])
def test_work_that_ends_the_program_is_named(model: str, own: Own) -> None:
    source = f"import sys\n{NUMBERS}def do(item):\n    if item == 3: sys.exit('no more')\n    return item\n{TWIN}"
    assert outcome(own(source, model=model, workers=2)) == ("failed", "SystemExit: no more (mine.py, line 4)")


@pytest.mark.parametrize("model", ["asyncio", "asyncio_workers", "trio", "process_event_loops", "thread_pool"])
def test_work_that_cancels_itself_is_named(model: str, own: Own) -> None:
    source = f"import asyncio\n{NUMBERS}def do(item):\n    raise asyncio.CancelledError\n{TWIN}"
    status, reason = outcome(own(source, model=model, workers=2))
    assert (status, reason.removesuffix(" (mine.py, line 4)")) == ("failed", "asyncio.exceptions.CancelledError")


def test_a_time_limit_of_the_works_own_is_named(own: Own) -> None:
    source = f"import gevent\n{NUMBERS}def do(item):\n    with gevent.Timeout(0.01): gevent.sleep(9)\n"
    assert outcome(own(source, model="gevent", workers=2)) == (
        "failed",
        "gevent.timeout.Timeout: 0.01 seconds (mine.py, line 4)",
    )


@pytest.mark.parametrize("place", ["", "def items(size, seed): "], ids=["import", "items"])
def test_a_program_that_ends_before_the_run_is_named(place: str, own: Own) -> None:
    source = f"import argparse\n{NUMBERS}def do(item): return item\n{place}argparse.ArgumentParser().error('no input')\n"
    status, reason = outcome(own(source))
    assert status == "failed"
    assert reason.startswith("cannot prepare the run: ")
    assert reason.removesuffix(". Correct it.").endswith("SystemExit: 2")


def test_work_that_reads_its_arguments_has_none(own: Own) -> None:
    assert outcome(own(f"import argparse\nargparse.ArgumentParser().parse_args()\n{NUMBERS}def do(item): return item\n")) == (
        "ok",
        "",
    )


@every_pool
@pytest.mark.parametrize("end", ["os._exit(3)", "os.kill(os.getpid(), 9)"])
def test_a_process_that_ends_is_noticed(end: str, pool: dict[str, Any], own: Own) -> None:
    status, reason = outcome(own(f"import os\n{NUMBERS}def do(item):\n    if item == 3: {end}\n    return item\n", **pool))
    assert status == "failed", reason
    assert "pool" in reason or "worker process" in reason


def test_how_a_pools_process_ended_is_said(own: Own) -> None:
    reason = outcome(own(f"import os\n{NUMBERS}def do(item): os._exit(3)\n", **FORK))[1]
    expected = "a process of the pool ended with exit status 3 before its items were done. mine.py, line 3, calls _exit()"
    assert reason.startswith(expected)


LOST = (
    "class Page:\n    def __init__(self, number, text): self.args = number, text\n"
    "    def __reduce__(self): return Page, (1,)\n"
    f"{NUMBERS}def do(item): return Page(item, 'text')\n"
)


@every_pool
def test_a_result_that_cannot_be_unpickled_is_named(pool: dict[str, Any], own: Own) -> None:
    status, reason = outcome(own(LOST, **pool))
    assert status == "failed", reason
    assert "missing 1 required positional argument: 'text'" in reason


def test_a_result_that_cannot_be_unpickled_is_named_also_before_all_items_are_submitted(own: Own) -> None:
    slow = "from concurrent.futures import ProcessPoolExecutor as Pool\nfrom time import sleep\nusual = Pool.submit\n"
    slow += "def submit(*asked):\n    future = usual(*asked)\n    sleep(0.2)\n    return future\nPool.submit = submit\n"
    reason = outcome(own(slow + LOST, **EXECUTOR))[1]
    assert "missing 1 required positional argument: 'text'" in reason


@every_pool
def test_an_error_of_the_file_in_a_worker_process_is_that_of_its_items(pool: dict[str, Any], own: Own) -> None:
    """As that of a file which takes a port when it is imported."""
    if pool in (FORK, EXECUTOR):
        pytest.skip("a forked process doesn't import the file")
    source = (
        "import os, sys\nif os.environ.get('TAKEN'): raise OSError('the port is in use')\nos.environ['TAKEN'] = '1'\n"
        f"{NUMBERS}def do(item): return item\n"
    )
    status, reason = outcome(own(source, **pool))
    assert status == "failed"
    assert reason == "cannot import mine.py, line 2: OSError: the port is in use. Correct it."


@pytest.mark.parametrize("pool", [{"model": "sync"}, SPAWN, FORK, EXECUTOR, JOBLIB], ids=str)
def test_what_ends_a_process_is_named_with_its_line(pool: dict[str, Any], own: Own) -> None:
    status, reason = outcome(own(f"import os\n{NUMBERS}def do(item):\n    os._exit(3)\n", **pool))
    assert status == "failed"
    assert reason.endswith("mine.py, line 4, calls _exit(): raise an error instead")


@pytest.mark.parametrize("model", ["sync", "thread_pool", "asyncio"])
def test_where_work_stands_still_is_named(model: str, own: Own) -> None:
    source = f"import threading\n{NUMBERS}def do(item):\n    threading.Lock().acquire()\n    threading.Event().wait()\n{TWIN}"
    status, reason = outcome(own(source, model=model, workers=2, timeout_s=1))
    assert status == "timeout"
    assert reason.endswith("the measured process did not answer within 1 s, do() at mine.py, line 5")


def test_where_an_import_stands_still_is_named(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner_run, "START_UP_S", 2)
    status, reason = outcome(own(f"import time\ntime.sleep(600)\n{NUMBERS}def do(item): return item\n"))
    assert status == "timeout"
    assert reason.endswith("did not answer within 2 s, importing it at mine.py, line 2")


@pytest.mark.parametrize("model", ["sync", "multiprocessing_pool", "process_pool_executor", "joblib"])
def test_results_that_nothing_was_computed_for_are_named_under_every_model(model: str, own: Own) -> None:
    source = f"{NUMBERS}def do(item): return (n for n in range(item))\n"
    status, reason = outcome(own(source, model=model, workers=2))
    assert status == "invalid"
    assert reason.startswith("do() returned an iterator (generator) for item 0, so the work was not timed")


def test_a_file_that_asks_for_too_many_files_is_named(own: Own) -> None:
    source = (
        "import os, resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))\nopened = []\n"
        f"{NUMBERS}def do(item):\n    for _ in range(30): opened.append(os.open('/dev/null', os.O_RDONLY))\n"
    )
    status, reason = outcome(own(source))
    assert status == "failed"
    assert "Too many open files" in reason


def test_failing_threads_leave_the_other_items_alone(own: Own, tmp_path: Any) -> None:
    source = (
        f"from pathlib import Path\n{NUMBERS}def do(item):\n"
        f"    with Path({str(tmp_path)!r}, 'done').open('a') as file: file.write('.')\n    raise LookupError(item)\n"
    )
    own(source, model="threads_and_queue", workers=2, size=50)
    assert len((tmp_path / "done").read_text(encoding="utf-8")) <= 2


def test_what_an_empty_queue_of_the_work_raises_is_no_end(own: Own) -> None:
    source = f"import queue\n{NUMBERS}def do(item): queue.SimpleQueue().get_nowait()\n"
    assert outcome(own(source, model="threads_and_queue", workers=2)) == ("failed", "_queue.Empty (mine.py, line 3)")


# --- What programs do


@pytest.mark.parametrize("pool", [SPAWN, FORK, JOBLIB, {"model": "sync"}], ids=["spawn", "fork", "joblib", "sync"])
def test_work_may_go_to_another_folder(pool: dict[str, Any], own: Own, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "table").touch()
    monkeypatch.chdir(tmp_path)
    source = f"import os\nos.chdir('data')\n{NUMBERS}def do(item): return os.listdir('.')\n"
    assert outcome(own(source, **pool)) == ("ok", "")


def test_work_may_go_to_another_folder_when_it_makes_its_items(own: Own, tmp_path: Any) -> None:
    (tmp_path / "data").mkdir()
    source = (
        f"import os\ndef items(size, seed):\n    os.chdir({str(tmp_path / 'data')!r})\n    return list(range(size))\n"
        "def do(item): return os.getcwd()\n"
    )
    assert outcome(own(source, **SPAWN)) == ("ok", "")


BUSY = "def do(item): return sum(n * n for n in range(300_000))\n"


@pytest.mark.parametrize("pool", [SPAWN, FORK, EXECUTOR], ids=["spawn", "fork", "executor"])
def test_the_cpu_time_of_children_counts_where_the_work_ignores_them(pool: dict[str, Any], own: Own) -> None:
    record = own(f"import signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n{NUMBERS}{BUSY}", **pool)
    assert outcome(record) == ("ok", "")
    assert record.items
    assert (record.measured.cpu_user_s or 0) > 0.5 * sum(cpu_s or 0 for cpu_s in record.items.cpu_s) > 0


def test_a_run_that_ignores_its_children_on_the_way_says_so(own: Own) -> None:
    source = f"import signal\n{NUMBERS}def do(item): signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
    status, reason = outcome(own(source))
    assert status == "failed"
    assert "SIGCHLD" in reason


@pytest.mark.parametrize(
    "pool", [{"model": "sync"}, {"model": "thread_pool", "workers": 2}, FORK], ids=["sync", "threads", "fork"]
)
def test_work_that_asks_gets_no_answer(pool: dict[str, Any], own: Own) -> None:
    assert outcome(own(f"{NUMBERS}def do(item): return input('Go on? ')\n", **pool))[1].startswith("EOFError")


def test_work_that_reads_its_input_finds_none(own: Own) -> None:
    assert outcome(own(f"import sys\nREAD = sys.stdin.read()\n{NUMBERS}def do(item): return READ\n")) == ("ok", "")


@pytest.mark.parametrize(
    ("model", "options", "expected"),
    [
        ("multiprocessing_pool", {}, "spawn"),
        ("process_pool_executor", {"start_method": "forkserver"}, "forkserver"),
        ("joblib", {}, "loky"),
        ("sync", {}, None),
    ],
)
def test_the_start_method_in_force_is_recorded(model: str, options: dict[str, str], expected: str | None, own: Own) -> None:
    source = (
        f"import multiprocessing\nmultiprocessing.set_start_method('spawn', force=True)\n{NUMBERS}def do(item): return item\n"
    )
    record = own(source, model=model, model_options=options, workers=2)
    assert (*outcome(record), record.measured.start_method) == ("ok", "", expected)


def test_a_child_that_comes_back_from_the_work_is_ended(own: Own) -> None:
    forks = "    child = os.fork() if item == 0 else 0\n    if child: os.waitpid(child, 0)\n"
    record = own(f"import os\n{NUMBERS}def do(item):\n{forks}    return item\n")
    assert (*outcome(record), record.measured.items_ok) == ("ok", "", 6)


REPLACES = {
    "print": "import builtins\nbuiltins.print = lambda *_, **__: None\n",
    "json": "import json\njson.dumps = lambda *_, **__: b'{}'\njson.loads = None\n",
    "files": "import shutil, tempfile\nshutil.rmtree(tempfile.gettempdir(), ignore_errors=True)\n",
}


@pytest.mark.parametrize("what", REPLACES)
def test_work_may_replace_what_the_harness_could_need(
    what: str, own: Own, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{RUN}12345678").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / f"{RUN}12345678"))
    assert outcome(own(f"{REPLACES[what]}{NUMBERS}{BUSY}")) == ("ok", "")
    empty_run_folder()


@pytest.mark.parametrize("line", ["hello", "5", '{"answer": "Measurement"}', "[]"])
def test_a_line_of_the_work_on_the_answers_pipe_is_named(line: str, own: Own) -> None:
    source = (
        f"import os\nfrom contextlib import suppress\n{NUMBERS}def do(item):\n    for file in range(3, 200):\n"
        f"        with suppress(OSError): os.write(file, {line!r}.encode() + bytes([10]))\n"
    )
    status, reason = outcome(own(source))
    assert status == "failed"
    assert "the pipe for the measured process's answers holds something else" in reason


# --- Items shorter than their timing


@every_model
def test_short_items_are_done_without_their_times(model: str, own: Own) -> None:
    record = own(f"{NUMBERS}def do(item): return item + 1\n{TWIN}", model=model, workers=2, size=200)
    measured = record.measured
    assert outcome(record) == ("ok", "")
    assert (measured.items_ok, record.items, measured.threads_used) == (200, None, None)
    assert (measured.timing_share or 0) > 0.1
    assert measured.cpus_used is not None


# The first items are short, and the last takes most of the time.
GROWS = """
import time

def items(size, seed):
    return list(range(size))

def do(item):
    if item == 21:
        time.sleep(0.2)
    return item
"""


@pytest.mark.parametrize("check", ["", "def check(items, results): return items == results\n"], ids=["repeated", "own check"])
@pytest.mark.parametrize(("model", "workers"), [("sync", 1), ("thread_pool", 2)])
def test_work_whose_first_items_alone_are_short_is_not(model: str, workers: int, check: str, own: Own) -> None:
    record = own(GROWS + check, model=model, workers=workers, size=22)
    assert outcome(record) == ("ok", "")
    assert 0 < (record.measured.timing_share or 0) < 0.1


def test_long_items_keep_their_times(own: Own) -> None:
    record = own(f"{NUMBERS}{BUSY}", size=8)
    assert record.items
    assert (record.measured.timing_share or 1) < 0.1


# --- Work that goes on

LEFT = """
import multiprocessing, threading, time, joblib
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

kept = []
pool, processes = ThreadPoolExecutor(1), ProcessPoolExecutor(1)

def do(item):
    {work}
"""


@pytest.mark.parametrize("model", ["sync", "thread_pool", "asyncio"])
def test_threads_that_a_run_leaves_behind_are_not_timed_and_said_so(model: str, own: Own) -> None:
    status, reason = outcome(own(NUMBERS + LEFT.format(work="threading.Thread(target=time.sleep, args=(1,)).start()") + TWIN,
                                 model=model, workers=2))  # fmt: skip
    assert status == "invalid"
    assert "do() in mine.py, line 9, left 6 of its threads running" in reason


LEAVES_PROGRAMS = """
import subprocess, sys

def do(item):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    return item
"""


@pytest.mark.parametrize("model", ["sync", "thread_pool", "asyncio", "multiprocessing_pool", "process_pool_executor"])
def test_programs_that_a_run_leaves_behind_are_not_timed_and_said_so(model: str, own: Own) -> None:
    status, reason = outcome(own(NUMBERS + LEAVES_PROGRAMS + TWIN, model=model, workers=2))
    assert status == "invalid"
    assert "of its programs running, which were not timed: have it wait for them" in reason


LEFT_BY_ITSELF = {
    "a forked process": "os.fork() or (time.sleep(600), os._exit(0))",
    "a spawned program": "os.posix_spawn('/bin/sleep', ['sleep', '600'], os.environ)",
    "a job of a shell": "os.system('sleep 600 &')",
}


@pytest.mark.parametrize("work", LEFT_BY_ITSELF.values(), ids=list(LEFT_BY_ITSELF))
@pytest.mark.parametrize("model", ["sync", "thread_pool", "asyncio", "process_pool_executor"])
def test_programs_without_an_object_are_left_behind_too(model: str, work: str, own: Own) -> None:
    status, reason = outcome(own(f"import os, time\n{NUMBERS}def do(item):\n    {work}\n{TWIN}", model=model, workers=2))
    assert status == "invalid"
    assert "of its programs running, which were not timed: have it wait for them" in reason


@pytest.mark.parametrize(
    "work",
    [
        "pool.submit(time.sleep, 0.2)",
        "processes.submit(time.sleep, 0.2)",
        "kept or kept.append(multiprocessing.get_context('fork').Pool(1)); kept[0].apply_async(time.sleep, (0.2,))",
    ],
    ids=["threads", "processes", "pool"],
)
def test_jobs_of_pools_that_a_run_leaves_behind_are_not_timed_and_said_so(work: str, own: Own) -> None:
    status, reason = outcome(own(NUMBERS + LEFT.format(work=work)))
    assert status == "invalid"
    assert "do() in mine.py, line 9, left jobs of a pool running, which were not timed" in reason


LEAVES_PROCESSES = """
import multiprocessing, time

def do(item):
    multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,), daemon={daemon}).start()
    return item
"""


@pytest.mark.parametrize("daemon", [True, False])
@pytest.mark.parametrize("model", ["sync", "thread_pool", "asyncio"])  # a pool's processes wait for theirs
def test_processes_that_a_run_leaves_behind_are_not_timed_and_said_so(model: str, daemon: bool, own: Own) -> None:
    status, reason = outcome(own(NUMBERS + LEAVES_PROCESSES.format(daemon=daemon) + TWIN, model=model, workers=2))
    assert status == "invalid"
    assert "of its processes running, which were not timed: have it wait for them, with join()" in reason


@pytest.mark.parametrize("model", ["asyncio", "asyncio_workers", "asyncio_task_group", "process_event_loops"])
def test_tasks_that_a_run_leaves_behind_are_not_timed_and_said_so(model: str, own: Own) -> None:
    source = (
        "import asyncio\nkept = []\nasync def work(): await asyncio.sleep(600)\ndef do(item): return item\n"
        "async def do_async(item):\n    kept.append(asyncio.create_task(work()))\n    return item\n"
    )
    status, reason = outcome(own(NUMBERS + source, model=model, workers=2))
    assert status == "invalid"
    assert "left a task running, which was not timed. Await what it starts." in reason


@pytest.mark.parametrize("model", ["multiprocessing_pool", "process_pool_executor"])
def test_so_it_is_said_of_threads_in_a_pools_processes(model: str, own: Own) -> None:
    work = LEFT.format(work="threading.Thread(target=time.sleep, args=(1,)).start()")
    status, reason = outcome(own(NUMBERS + work, model=model, workers=2))
    assert status == "invalid"
    assert "of its threads running, which were not timed" in reason


@pytest.mark.parametrize(
    "work",
    [
        "pool.submit(int).result()",
        "processes.submit(int).result()",
        "joblib.Parallel(2)([joblib.delayed(int)()])",
        "kept or kept.append(multiprocessing.get_context('fork').Pool(1))",
        "kept or kept.append(multiprocessing.Manager())",
        "threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
        "__import__('os').system('setsid sleep 9 &')",
        "kept or kept.append(__import__('subprocess').Popen(['sleep', '9']))",
    ],
    ids=["threads", "processes", "joblib", "pool", "manager", "daemon thread", "daemon", "program"],
)
def test_threads_and_processes_that_wait_for_more_work_may_stay(work: str, own: Own) -> None:
    assert outcome(own(NUMBERS + LEFT.format(work=work))) == ("ok", "")


# --- The clock

CLOCK = """
import sys, time

usual = time.perf_counter
for module in list(sys.modules.values()):  # as packages that freeze the time do
    if getattr(module, "perf_counter", None) is usual:
        module.perf_counter = lambda: {clock}

def do(item):
    time.sleep(0.01)
    return item
"""


# Item 0 replaces the clock for the time that it takes; meanwhile item 1 ends, and item 2 begins.
FREEZES = """
import sys, time
from threading import Event

usual, begun, frozen, over = time.perf_counter, Event(), Event(), Event()

def replace(clock):
    for module in list(sys.modules.values()):
        if getattr(module, "perf_counter", None):
            module.perf_counter = clock

def do(item):
    if item == 0:
        begun.wait(30)
        replace(lambda: 5.0)
        frozen.set()
        over.wait(30)
        replace(usual)
    elif item == 1:
        begun.set()
        frozen.wait(30)
    elif item == 2:
        over.set()
    return item

def check(items, results):
    pass
"""


def test_work_that_replaces_the_clock_of_other_items_is_refused(own: Own) -> None:
    status, reason = outcome(own(NUMBERS + FREEZES, model="thread_pool", workers=2))
    assert status == "invalid"
    assert "does the work replace time.perf_counter?" in reason


@pytest.mark.parametrize("model", ["sync", "thread_pool"])
@pytest.mark.parametrize("clock", ["5.0", "usual() / 2", "usual() * 2", "-usual()"])
def test_work_that_replaces_the_clock_is_refused(clock: str, model: str, own: Own) -> None:
    status, reason = outcome(own(NUMBERS + CLOCK.format(clock=clock), model=model, workers=1))
    assert status == "invalid"
    assert "does the work replace time.perf_counter?" in reason


# --- The threads of numeric libraries

THREADS = f"""
import os
{NUMBERS}
def do(item):
    return os.environ.get("OMP_NUM_THREADS"), os.environ.get("RAYON_NUM_THREADS")

def check(items, results):
    assert set(results) == {{{{{{expected}}}}}}, results
"""


@pytest.mark.parametrize(("asked", "expected"), [(None, ("7", None)), (2, ("2", "2"))])
def test_numeric_libraries_have_the_users_threads_or_those_of_the_config(
    asked: int | None,
    expected: tuple[str, str | None],
    spec: Any,
    measured_run: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("RAYON_NUM_THREADS", raising=False)
    (tmp_path / "mine.py").write_text(THREADS.format(expected=expected), encoding="utf-8")
    options = {"file": str(tmp_path / "mine.py"), "numeric_threads": asked}
    for model in ({"model": "sync"}, SPAWN):
        assert outcome(measured_run(spec(workload="own", workload_options=options, **model))) == ("ok", "")


NUMPY = f"import numpy\n{NUMBERS}def do(item): return float(numpy.ones(item + 1) @ numpy.ones(item + 1))\n"


@pytest.mark.parametrize("pool", [{"model": "sync"}, SPAWN], ids=["sync", "spawn"])
def test_numeric_libraries_are_recorded_with_their_threads(
    pool: dict[str, Any], spec: Any, measured_run: Any, tmp_path: Path
) -> None:
    pytest.importorskip("threadpoolctl")
    (tmp_path / "mine.py").write_text(NUMPY, encoding="utf-8")
    options = {"file": str(tmp_path / "mine.py"), "numeric_threads": 2}
    measured = measured_run(spec(workload="own", workload_options=options, **pool)).measured
    assert (measured.status, measured.reason, measured.numeric_threads) == ("ok", None, 2)
    assert "blas" in measured.numeric_libraries


def test_work_without_a_numeric_library_has_none(own: Own) -> None:
    measured = own(f"{NUMBERS}def do(item): return item\n").measured
    assert (measured.status, measured.numeric_libraries, measured.numeric_threads) == ("ok", None, None)


# --- What keeps the event loop

STALLS = f"""
import asyncio, time
{NUMBERS}
def do(item):
    time.sleep(0.05)
    return item

async def do_async(item):
    await asyncio.sleep(0)
    return do(item)
"""


@pytest.mark.parametrize("model", ["asyncio", "process_event_loops"])
@pytest.mark.parametrize("check", ["", "def check(items, results): pass\n"], ids=["compared", "its own check"])
def test_how_long_work_keeps_the_event_loop_is_recorded(check: str, model: str, own: Own) -> None:
    measured = own(STALLS + check, model=model, workers=2).measured
    assert (measured.status, measured.reason) == ("ok", None)
    assert measured.longest_stall_s is not None
    assert measured.longest_stall_s >= 0.05


@pytest.mark.parametrize("model", ["sync", "trio"])
def test_nothing_is_said_of_the_event_loop_where_asyncio_has_none(model: str, own: Own) -> None:
    source = STALLS.replace("asyncio.sleep(0)", "trio.sleep(0)").replace("import asyncio", "import trio")
    measured = own(source, model=model, workers=2).measured
    assert (measured.status, measured.longest_stall_s) == ("ok", None)
