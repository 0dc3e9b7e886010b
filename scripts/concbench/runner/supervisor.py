"""Clean up everything that a runner starts, however it dies: processes, sockets and temporary files.

The runner works in a session and a temporary folder of its own, under a supervisor that only waits. If the pipeline or the
supervisor ends, the kernel signals the runner (PR_SET_PDEATHSIG, see prctl(2)), which then ends everything it started. If
the runner is killed, its processes become the supervisor's children, and the supervisor ends them. If both are killed, the
kernel kills the measured process and the server, and the pipeline removes the rest when it ends or starts (``tempdir.py``).
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from concbench.common.variables import PIPELINE_VARIABLE
from concbench.environment.measured_environment import undisturbed
from concbench.environment.tempdir import make_run_folder
from concbench.measured.children import keep_accounts
from concbench.runner.subreaper import adopt_orphans, end_children, end_with_parent

ENDED = 128  # added to the signal's number in the exit status, as shells do
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def supervise(work: Callable[[], None]) -> None:
    """Do ``work`` in a child process, the runner. Clean up after it, and exit with its exit status."""
    start_undisturbed()
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # until there are handlers, which clean up
    end_with_parent()
    keep_accounts()
    pipeline = os.environ.get(PIPELINE_VARIABLE)
    if pipeline and not Path(f"/proc/{pipeline}").exists():
        sys.exit(f"the pipeline (process {pipeline}) has ended")
    adopt_orphans()
    try:
        temporary = make_run_folder()
    except OSError as error:
        sys.exit(f"cannot create a temporary folder: {error.strerror}. Set TMPDIR to a writable folder.")
    os.environ["TMPDIR"] = str(temporary)
    runner = os.fork()
    if runner == 0:
        be_runner(work, temporary)
    for number in ENDING:
        signal.signal(number, lambda *_: tell(runner))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    _, status = os.waitpid(runner, 0)
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    end_children()
    shutil.rmtree(temporary, ignore_errors=True)
    code = os.waitstatus_to_exitcode(status)
    sys.exit(code if code >= 0 else ENDED - code)


def start_undisturbed() -> None:
    """Start this command again without variables that change how fast Python runs: the runner measures the machine's speed."""
    kept = undisturbed(os.environ)
    if kept != os.environ:
        os.execve(sys.executable, [sys.executable, *sys.argv], kept)


def tell(runner: int) -> None:
    """Ask the runner to end, if it still exists."""
    with suppress(ProcessLookupError):
        os.kill(runner, signal.SIGTERM)


def be_runner(work: Callable[[], None], temporary: Path) -> None:
    """Do the work in the child process, the runner. Never return."""
    supervisor = os.getppid()
    os.setsid()  # a signal to the pipeline's process group doesn't reach it, so it has time to clean up
    for number in ENDING:
        signal.signal(number, stop)
    end_with_parent()
    if os.getppid() != supervisor:
        sys.exit(ENDED + signal.SIGTERM)
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        work()
    finally:
        end_children()
        shutil.rmtree(temporary, ignore_errors=True)
    sys.exit()


def stop(number: int, _: FrameType | None) -> None:
    """End by an exception, so that everything is cleaned up on the way; ignore further signals."""
    for other in ENDING:
        signal.signal(other, signal.SIG_IGN)
    sys.exit(ENDED + number)
