"""Run a command within limits, and end processes so that nothing of theirs is left behind."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic, sleep

OUTPUT_BYTES = 10_000_000
KILLED_S = 10.0  # time for a killed process to end: the kernel may be in the middle of something, such as I/O
TRACKERS_S = 2.0  # time for resource trackers to end
TRACKER = b"resource_tracker import main"  # in the command of multiprocessing's and of loky's


@dataclass(frozen=True)
class Output:
    """Record what a command printed, and its exit status."""

    status: int
    out: str
    err: str


def output_of(
    command: Sequence[str], environment: Mapping[str, str], seconds: float, file_bytes: int | None = OUTPUT_BYTES
) -> Output:
    """Run a command, which may take ``seconds``, and return up to 10 MB of its output.

    No process that it starts outlives this call. No file that it writes, its output included, gets larger than ``file_bytes``.
    Raise OSError if it can't be started, and subprocess.TimeoutExpired if it takes too long.
    """
    with TemporaryFile() as out, TemporaryFile() as err:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
        )
        try:
            if file_bytes is not None:
                with suppress(ProcessLookupError):  # it has ended already
                    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
            status = process.wait(seconds)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                process.wait(KILLED_S)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read(OUTPUT_BYTES).decode(errors="replace"))
    return Output(status, *texts)


def end_processes(find: Callable[[], Collection[int]]) -> None:
    """Kill the processes that ``find`` returns, again and again until it returns none.

    Resource trackers get two seconds to end by themselves. They end after the processes that they serve, and first delete
    what those have left in /dev/shm.
    """
    late = monotonic() + TRACKERS_S
    while (found := find()) and monotonic() < late + TRACKERS_S:
        for process in found:
            if monotonic() > late or not is_tracker(process):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(process, signal.SIGKILL)
        sleep(0.001)


def is_tracker(process: int) -> bool:
    """Check whether a process is a resource tracker."""
    try:
        return TRACKER in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
