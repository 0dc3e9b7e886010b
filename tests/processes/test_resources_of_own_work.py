"""Test when the resources of the user's own work are opened, used and closed, under each model, as real processes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import pytest

from concbench.common.paths import SCRIPTS
from concbench.measured.protocol import GO, Checking, Measurement, NotMeasured, Ready, Task, answer_from_json
from concbench.runner.process_pipe import ProcessPipe

SIZE, WORKERS = 6, 2
START = """
import asyncio, os, threading, time
from contextlib import asynccontextmanager, contextmanager

FILE = os.open(os.environ["EVENTS"], os.O_APPEND | os.O_CREAT | os.O_WRONLY)

def note(event):
    os.write(FILE, f"{event} {os.getpid()} {threading.get_native_id()} {time.perf_counter()}\\n".encode())

def me():
    return os.getpid(), threading.get_native_id()

def items(size, seed):
    return list(range(size))
"""
PLAIN = """
def do(item):
    note("do")
    time.sleep(0.01)
    return 2 * item

async def do_async(item):
    note("do")
    await asyncio.sleep(0.01)
    return 2 * item
"""
OPEN = """
@contextmanager
def open():
    note("open")
    try:
        yield me()
    finally:
        note("close")

def do(item, owner):
    note("do" if owner == me() else "foreign")
    time.sleep(0.01)
    return 2 * item
"""
TWIN = """
async def do_async(item):
    note("do")
    await asyncio.sleep(0.01)
    return 2 * item
"""
SHARED = OPEN.replace("def open", "def open_shared").replace("owner == me()", "owner[0] == os.getpid()")
OPEN_ASYNC = """
@asynccontextmanager
async def open_async():
    note("open")
    try:
        yield asyncio.get_running_loop()
    finally:
        note("close")

async def do_async(item, loop):
    note("do" if loop is asyncio.get_running_loop() else "foreign")
    await asyncio.sleep(0.01)
    return 2 * item

def do(item):
    return 2 * item
"""

THREADS = ["thread_pool", "threads_and_queue", "asyncio_to_thread"]
ONE_THREAD = ["sync", "asyncio_blocking", "gevent"]
LOOPS = ["asyncio", "asyncio_workers", "asyncio_task_group"]
POOLS = [
    ("multiprocessing_pool", {"start_method": "fork"}),
    ("multiprocessing_pool", {"start_method": "spawn"}),
    ("process_pool_executor", {"start_method": "fork"}),
    ("process_pool_executor", {"start_method": "spawn"}),
    ("process_pool_executor", {"start_method": "forkserver"}),
    ("joblib", {}),
]
each_pool = pytest.mark.parametrize(
    ("model", "options"), POOLS, ids=[f"{model} {options.get('start_method', '')}" for model, options in POOLS]
)


class Event(NamedTuple):
    what: str
    process: int
    thread: int
    at: float


class Seen(NamedTuple):
    """Record the events of the timed region, in order."""

    events: list[Event]
    after: list[Event]

    def count(self, what: str) -> int:
        return sum(event.what == what for event in self.events)

    def processes(self, what: str) -> Counter[int]:
        return Counter(event.process for event in self.events if event.what == what)

    def order(self) -> list[str]:
        return [event.what for event in self.events]


Run = Callable[..., Seen]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Do a run of some source in a measured process, and return what it noted in the timed region, and after it."""

    def run(source: str, model: str, **options: object) -> Seen:
        (tmp_path / "mine.py").write_text(START + source, encoding="utf-8")
        monkeypatch.setenv("EVENTS", str(tmp_path / "events"))
        task = Task(model, options, "own", {"file": str(tmp_path / "mine.py")}, WORKERS, SIZE, 1)
        answer = measured(task, tmp_path)
        assert isinstance(answer, Measurement), answer
        begun, ended = answer.start_clock_s, answer.start_clock_s + answer.makespan_s
        events = sorted(noted(tmp_path / "events"), key=lambda event: event.at)
        assert all(event.at > begun for event in events), "something was opened before the clock started"
        return Seen([event for event in events if event.at < ended], [event for event in events if event.at > ended])

    yield run


def measured(task: Task, folder: Path) -> Measurement | NotMeasured:
    command = [sys.executable, str(SCRIPTS / "sys_path" / "measured-run.py")]
    with (folder / "log").open("wb") as log, closing(ProcessPipe("the measured process", command, log)) as pipe:
        pipe.tell(task.to_json())
        for line in ("", GO, ""):
            if line:
                pipe.tell(line)
            answer = answer_from_json(pipe.answer(perf_counter() + 60))
            if not isinstance(answer, (Ready, Checking)):
                break
        print((folder / "log").read_text(encoding="utf-8", errors="replace"))
    assert isinstance(answer, (Measurement, NotMeasured))
    return answer


def noted(file: Path) -> Iterator[Event]:
    for line in file.read_text(encoding="utf-8").splitlines():
        what, process, thread, at = line.split()
        yield Event(what, int(process), int(thread), float(at))


# --- No resource


@pytest.mark.parametrize("model", [*ONE_THREAD, *THREADS, *LOOPS])
def test_without_a_resource_items_are_done_alone(model: str, run: Run) -> None:
    assert run(PLAIN, model).order() == ["do"] * SIZE


@pytest.mark.parametrize("model", LOOPS)
def test_an_event_loop_opens_nothing_that_only_workers_need(model: str, run: Run) -> None:
    assert run(OPEN + TWIN, model).order() == ["do"] * SIZE


# --- A resource for each worker


@pytest.mark.parametrize("model", THREADS)
def test_each_thread_has_a_resource_of_its_own(model: str, run: Run) -> None:
    seen = run(OPEN, model)
    assert (seen.count("do"), seen.count("foreign")) == (SIZE, 0)
    assert seen.count("open") == seen.count("close") == WORKERS
    opened_in = {event.thread for event in seen.events if event.what == "open"}
    assert {event.thread for event in seen.events if event.what == "do"} <= opened_in
    assert len(opened_in) == WORKERS


@pytest.mark.parametrize("model", ["sync", "asyncio_blocking"])
def test_a_single_thread_opens_one(model: str, run: Run) -> None:
    assert run(OPEN, model).order() == ["open", *["do"] * SIZE, "close"]


@pytest.mark.parametrize("shared_resource", [False, True])
def test_threads_may_share_what_each_could_have(shared_resource: bool, run: Run) -> None:
    seen = run(OPEN, "thread_pool", shared_resource=shared_resource)
    assert seen.count("open") == seen.count("close") == (1 if shared_resource else WORKERS)


@each_pool
def test_each_process_has_a_resource_of_its_own(model: str, options: dict[str, str], run: Run) -> None:
    seen = run(OPEN, model, **options)
    assert (seen.count("do"), seen.count("foreign")) == (SIZE, 0)
    assert set(seen.processes("open").values()) == {1}
    assert set(seen.processes("do")) <= set(seen.processes("open"))


# --- One for all


@pytest.mark.parametrize("model", [*ONE_THREAD, *THREADS])
def test_a_shared_resource_is_opened_once_and_closed_before_the_clock_stops(model: str, run: Run) -> None:
    seen = run(SHARED, model)
    assert seen.order() == ["open", *["do"] * SIZE, "close"]


@each_pool
def test_a_shared_resource_is_opened_once_in_each_process(model: str, options: dict[str, str], run: Run) -> None:
    seen = run(SHARED, model, **options)
    assert (seen.count("do"), seen.count("foreign")) == (SIZE, 0)
    assert set(seen.processes("open").values()) == {1}
    assert set(seen.processes("do")) <= set(seen.processes("open"))


def test_a_shared_resource_is_opened_again_for_the_check_and_closed(run: Run) -> None:
    assert [event.what for event in run(SHARED, "thread_pool").after] == ["open", *["do"] * SIZE, "close"]


# --- One for each event loop


@pytest.mark.parametrize("model", LOOPS)
def test_an_event_loop_opens_one_resource_for_all_its_tasks(model: str, run: Run) -> None:
    assert run(OPEN_ASYNC, model).order() == ["open", *["do"] * SIZE, "close"]


def test_each_of_several_event_loops_opens_one(run: Run) -> None:
    seen = run(OPEN_ASYNC, "process_event_loops")
    assert (seen.count("do"), seen.count("foreign")) == (SIZE, 0)
    assert seen.processes("open") == seen.processes("close") == Counter(dict.fromkeys(seen.processes("do"), 1))
    assert len(seen.processes("do")) == 2


# --- What can go wrong

ASYNC = "async def do_async(item, resource): return item\ndef do(item): return item\n"
DO = "def do(item, resource): return item\n"


@pytest.mark.parametrize(
    ("source", "model", "reason"),
    [
        (
            DO + "def open(): yield 1\n",
            "thread_pool",
            "open() in mine.py, line 16, returned a value of type generator.",
        ),
        (DO + "def open(): return 1\n", "sync", "open() in mine.py, line 16, returned a value of type int. Expected a context"),
        (
            DO + "def open_shared(): return 1\n",
            "sync",
            "open_shared() in mine.py, line 16, returned a value of type int.",
        ),
        (
            ASYNC + "async def open_async(): return 1\n",
            "asyncio",
            "returned a value of type coroutine. Expected an asynchronous",
        ),
        (DO + "def open():\n    raise OSError('no server')\n", "thread_pool", "OSError: no server (mine.py, line 17)"),
        (DO + "def open_shared():\n    raise OSError('no server')\n", "thread_pool", "OSError: no server (mine.py, line 17)"),
        (
            DO + "import contextlib, sqlite3\ndef open(): return contextlib.closing(sqlite3.connect(':memory:'))\n",
            "thread_pool",
            "cannot close what open() in mine.py opened: sqlite3.ProgrammingError: SQLite objects created in a thread can only",
        ),
        (DO + "def open():\n    raise OSError('no server')\n", "multiprocessing_pool", "OSError: no server (mine.py, line 17)"),
    ],
)
def test_what_cannot_be_opened_is_named(
    source: str, model: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EVENTS", str(tmp_path / "events"))
    Path("mine.py").write_text(START + source, encoding="utf-8")
    answer = measured(Task(model, {}, "own", {"file": "mine.py"}, WORKERS, SIZE, 1), tmp_path)
    assert isinstance(answer, NotMeasured)
    assert reason in answer.reason
