"""Find what the work leaves running: threads, processes, programs, and jobs of pools. The elapsed time doesn't include it.

Threads and processes that a pool keeps for later work may stay, and so may a program if the work keeps its object. Used
outside the timed region. Standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

import gc
import os
import sys
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple

from concbench.measured.children import PROGRAMS_LEFT, is_at_work
from concbench.measured.usage import children_of

if TYPE_CHECKING:
    from types import FrameType

THREADS_LEFT = "{} left {} of its threads running, which were not timed: have it wait for them, with join()"
JOBS_LEFT = "{0} left jobs of a pool running, which were not timed: have it wait for their results"
PROCESSES_LEFT = "{} left {} of its processes running, which were not timed: have it wait for them, with join()"
MANAGER = "_ExecutorManagerThread"  # class of the thread of a ProcessPoolExecutor, also of loky's
HANDLER = "_handle_workers"  # function of a thread of each multiprocessing.Pool
POOL_FILE = os.path.join("concurrent", "futures", "thread.py")  # noqa: PTH118  (a part of a path)
PROCESS_MODULES = ("multiprocessing.process", "multiprocess.process", "billiard.process")  # each lists its processes
LOOKS, LOOK_S = 50, 0.001  # a job whose result is there takes a moment to end


def pool_threads() -> Any:
    """Return the threads of the executors of ``concurrent.futures``, each with the queue that it takes jobs from."""
    return getattr(sys.modules.get("concurrent.futures.thread"), "_threads_queues", {})


def living_threads() -> list[Any]:
    threading = sys.modules.get("threading")
    return list(threading.enumerate()) if threading else []


def program_threads() -> set[Any]:
    """Return the threads that a program waits for at its end, without those that pools keep for later work."""
    pooled = pool_threads()
    return {one for one in living_threads() if not one.daemon and one not in pooled and type(one).__name__ != MANAGER}


def pools_at_work() -> set[Any]:
    """Return threads of pools that have jobs to do: those that do them, or the one that manages the others."""
    pooled = pool_threads()
    frames = sys._current_frames() if pooled else {}
    return {one for one in living_threads() if has_jobs(one, pooled, frames)}


def has_jobs(thread: Any, pooled: Any, frames: dict[int, FrameType]) -> bool:
    """Check whether a thread does a job of an executor or is about to, or manages processes that have jobs."""
    if thread in pooled:
        return bool(pooled[thread].qsize()) or does_job(frames.get(thread.ident))
    if type(thread).__name__ == MANAGER:
        return bool(getattr(thread, "pending_work_items", None))
    is_handler = getattr(getattr(thread, "_target", None), "__name__", None) == HANDLER
    return is_handler and bool(getattr(thread, "_args", None)) and bool(thread._args[0])


def does_job(frame: FrameType | None) -> bool:
    """Check whether a thread of an executor, whose innermost frame is given, does a job; it may wait for one."""
    while frame:
        if frame.f_code.co_name == "run" and frame.f_code.co_filename.endswith(POOL_FILE):
            return True
        frame = frame.f_back
    return False


def unfinished_pools() -> set[Any]:
    """Return the threads of pools that have jobs to do, after those that are about to end have ended.

    This counts looks instead of time, since the work may have stopped the clock.
    """
    for _ in range(LOOKS):
        if not (found := pools_at_work()):
            break
        sleep(LOOK_S)
    return found


def program_processes() -> set[Any]:
    """Return the processes of multiprocessing that are alive, without those kept for later work.

    Pools and managers keep processes: two have names of their own, the pool of ``concurrent.futures`` lists them by number, and
    loky's are of its own class.
    """
    children = getattr(sys.modules.get("multiprocessing.process"), "_children", ())
    managers = getattr(sys.modules.get("concurrent.futures.process"), "_threads_wakeups", ())
    pooled = {number for manager in list(managers) for number in list(manager.processes or ())}
    return {
        one
        for one in list(children)
        if one.exitcode is None
        and one.pid not in pooled
        and not any(word in one.name for word in ("PoolWorker", "Manager"))
        and ".loky." not in type(one).__module__
    }


def forgotten_programs() -> set[int]:
    """Return the programs and forked processes at work for which no object stands, so that nobody waits for them."""
    working = {child for child in children_of(os.getpid()) if is_at_work(child)} - started_by_multiprocessing()
    return working - kept_programs() if working else working


def started_by_multiprocessing() -> set[int | None]:
    """Return the processes of multiprocessing and of its relatives, which have rules of their own."""
    lists = [list(getattr(sys.modules.get(name), "_children", ())) for name in PROCESS_MODULES]
    return {one.pid for own in lists for one in own}


def kept_programs() -> set[int]:
    """Return the programs whose objects the work keeps. ``subprocess`` lists those whose objects are gone."""
    subprocess = sys.modules.get("subprocess")
    popen = getattr(subprocess, "Popen", None)
    if not isinstance(popen, type):  # the work may have replaced it
        return set()
    kept = {one.pid for one in gc.get_objects() if issubclass(type(one), popen)}
    return kept - {one.pid for one in list(getattr(subprocess, "_active", None) or ())}


class Beside(NamedTuple):
    """List what goes on beside the measured thread at a moment."""

    threads: set[Any]
    jobs: set[Any]
    processes: set[Any]
    programs: set[Any]

    @classmethod
    def now(cls) -> Beside:
        return cls(program_threads(), unfinished_pools(), program_processes(), forgotten_programs())

    def left_since(self, before: Beside, work: str = "the work") -> str | None:
        """Return what the work, which is named so, has left running; None if nothing."""
        for left, now, earlier in zip((THREADS_LEFT, JOBS_LEFT, PROCESSES_LEFT, PROGRAMS_LEFT), self, before):
            if now - earlier:
                return left.format(work, len(now - earlier))
        return None
