"""Clean up everything that a runner starts, however it dies: processes, sockets and temporary files.

The runner works in a session and a temporary folder of its own, under a supervisor that only waits. If the pipeline or the
supervisor ends, the kernel signals the runner (PR_SET_PDEATHSIG, see prctl(2)), which then ends everything it started. If
the runner is killed, its processes become the supervisor's children, and the supervisor kills them.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from concbench.common.variables import PIPELINE_VARIABLE, USUAL_VARIABLE
from concbench.measured.children import keep_accounts
from concbench.runner.subreaper import adopt_orphans

PR_SET_PDEATHSIG = 1
ENDED = 128  # added to the signal's number in the exit status, as shells do


def supervise(work: Callable[[], None]) -> None:
    """Do ``work`` in a child process, the runner. Clean up after it, and exit with its exit status."""
    end_with_parent()
    keep_accounts()
    pipeline = os.environ.get(PIPELINE_VARIABLE)
    if pipeline and not Path(f"/proc/{pipeline}").exists():
        sys.exit(f"the pipeline (process {pipeline}) has ended")
    adopt_orphans()
    try:
        temporary = Path(tempfile.mkdtemp(prefix="run-", dir=os.environ.get(USUAL_VARIABLE)))
    except OSError as error:
        sys.exit(f"cannot create a temporary folder: {error.strerror}. Set TMPDIR to a writable folder.")
    os.environ["TMPDIR"] = str(temporary)
    runner = os.fork()
    if runner == 0:
        be_runner(work, temporary)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: tell(runner))
    _, status = os.waitpid(runner, 0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end_children()
    shutil.rmtree(temporary, ignore_errors=True)
    code = os.waitstatus_to_exitcode(status)
    sys.exit(code if code >= 0 else ENDED - code)


def tell(runner: int) -> None:
    """Ask the runner to end, if it still exists."""
    with suppress(ProcessLookupError):
        os.kill(runner, signal.SIGTERM)


def end_with_parent() -> None:
    """Have the kernel send this process a SIGTERM when its parent ends."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")


def be_runner(work: Callable[[], None], temporary: Path) -> None:
    """Do the work in the child process, the runner. Never return."""
    supervisor = os.getppid()
    os.setsid()  # a signal to the pipeline's process group doesn't reach it, so it has time to clean up
    signal.signal(signal.SIGTERM, stop)
    end_with_parent()
    if os.getppid() != supervisor:
        sys.exit(ENDED + signal.SIGTERM)
    try:
        work()
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    sys.exit()


def stop(number: int, _: FrameType | None) -> None:
    """End by an exception, so that everything is cleaned up on the way; ignore further signals."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(ENDED + number)


def end_children() -> None:
    """Kill and wait for all children, including those that they leave behind."""
    while children := Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split():
        for child in map(int, children):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
