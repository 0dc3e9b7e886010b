"""Clean up everything a runner starts, however it dies: processes, sockets and temporary files.

The runner works in a session of its own, with a folder of its own for temporary files, under a supervisor that only waits.
If the pipeline or the supervisor ends, the kernel tells the runner (PR_SET_PDEATHSIG, prctl(2)), which ends everything it
started; if the runner is killed, the supervisor inherits what it started, and ends it.
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
from concbench.runner.subreaper import adopt_orphans

PR_SET_PDEATHSIG = 1
ENDED = 128  # what an exit status is above if a signal was the end


def keep(work: Callable[[], None]) -> None:
    """Do ``work`` in a child process, and end as that one does, when nothing is left of it."""
    end_with_parent()
    pipeline = os.environ.get(PIPELINE_VARIABLE)
    if pipeline and not Path(f"/proc/{pipeline}").exists():
        sys.exit(f"the pipeline, process {pipeline}, has ended")
    adopt_orphans()
    try:
        temporary = Path(tempfile.mkdtemp(prefix="run-", dir=os.environ.get(USUAL_VARIABLE)))
    except OSError as error:
        sys.exit(f"no folder for temporary files can be made ({error.strerror}): set TMPDIR to one that can be written")
    os.environ["TMPDIR"] = str(temporary)
    runner = os.fork()
    if runner == 0:
        drive(work, temporary)
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
    """Have the runner end, if it is still there."""
    with suppress(ProcessLookupError):
        os.kill(runner, signal.SIGTERM)


def end_with_parent() -> None:
    """From now on this process gets a SIGTERM when the one that started it ends."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")


def drive(work: Callable[[], None], temporary: Path) -> None:
    """The child process's part: do the work, and nothing else. Never returns."""
    supervisor = os.getppid()
    os.setsid()  # so that whoever ends the pipeline's group of processes leaves this one the time to clear up
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
    """End by an exception, so that everything that has been begun is ended on the way; a second signal changes nothing."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(ENDED + number)


def end_children() -> None:
    """Kill and wait for all children, those that they leave behind included."""
    while children := Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split():
        for child in map(int, children):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
