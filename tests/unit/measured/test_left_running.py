"""Test what counts as left running; ``tests/processes/test_own_work.py`` has whole runs."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.measured import left_running
from concbench.measured.left_running import Beside, does_job, has_jobs

WAITS = [sys.executable, "-S", "-c", "input()"]

# --- Programs


def test_a_program_that_nobody_waits_for_is_left_and_one_that_is_kept_or_has_ended_is_not() -> None:
    before = Beside.now()
    kept = subprocess.Popen(WAITS, stdin=subprocess.PIPE)
    forgotten = subprocess.Popen(WAITS, stdin=subprocess.PIPE)
    assert forgotten.stdin
    process, stdin = forgotten.pid, forgotten.stdin
    assert Beside.now().left_since(before) is None
    with pytest.warns(ResourceWarning):
        del forgotten
    assert (Beside.now().left_since(before) or "").startswith("the work left 1 of its programs running")
    assert Beside.now().left_since(Beside.now()) is None
    stdin.close()
    while Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z":
        pass
    assert Beside.now().left_since(before) is None
    kept.communicate()


def test_a_program_without_an_object_is_left() -> None:
    before = Beside.now()
    reading, writing = os.pipe()
    child = os.posix_spawn(sys.executable, WAITS, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, reading, 0)])
    assert (Beside.now().left_since(before, "it") or "").startswith("it left 1 of its programs running")
    os.close(reading)
    os.close(writing)
    os.waitpid(child, 0)
    assert Beside.now().left_since(before) is None


# --- Jobs of pools


def test_a_job_that_nobody_waits_for_is_left_and_a_thread_that_waits_for_one_is_not() -> None:
    end = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()
        before = Beside.now()
        assert before.jobs == set()
        job = pool.submit(end.wait)
        left = Beside.now().left_since(before)
        end.set()
        job.result()
        assert left == "the work left jobs of a pool running, which were not timed: have it wait for their results"
        assert Beside.now().left_since(before) is None


def test_a_stopped_clock_is_no_reason_to_wait_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(left_running, "sleep", waits.append)
    monkeypatch.setattr(left_running, "pools_at_work", lambda: {"a thread"})
    assert Beside.now().jobs == {"a thread"}
    assert len(waits) == 50


def manager(**jobs: str) -> Any:
    """Return a thread as it manages the processes of an executor."""
    return type("_ExecutorManagerThread", (), {"pending_work_items": jobs})()


def handler(cache: dict[int, str]) -> Any:
    """Return a thread as a multiprocessing.Pool has it."""

    def _handle_workers(*_: Any) -> None: ...

    return threading.Thread(target=_handle_workers, args=(cache, "queue"))


@pytest.mark.parametrize(
    ("thread", "expected"),
    [
        (manager(one="job"), True),
        (manager(), False),
        (handler({1: "a job"}), True),
        (handler({}), False),
        (threading.Thread(target=print, args=({1: "no job"},)), False),
    ],
)
def test_pools_of_processes_have_jobs_until_all_results_are_there(thread: Any, expected: bool) -> None:
    assert has_jobs(thread, {}, {}) is expected


def frame(name: str, file: str, back: Any = None) -> Any:
    return SimpleNamespace(f_code=SimpleNamespace(co_name=name, co_filename=file), f_back=back)


def test_a_thread_of_an_executor_does_a_job_within_its_run() -> None:
    file = str(Path(os.__file__).parent / "concurrent" / "futures" / "thread.py")
    idle = frame("_worker", file, frame("run", threading.__file__))
    assert not does_job(idle)
    assert not does_job(None)
    assert does_job(frame("sleep", "mine.py", frame("run", file, idle)))
