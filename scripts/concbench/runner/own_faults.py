"""Find the line of the user's file at which a run stood still, or which ended its process.

The measured process writes where its threads are to the log when it gets a signal (see ``scripts/workloads/own.py``).
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from time import perf_counter, sleep
from typing import IO

from concbench.campaign.own_file import folders_for, place_of
from concbench.measured.errors import WorkFailed
from concbench.measured.own_import import WHERE
from concbench.measured.own_source import exits, parsed

ANSWER_S = 1.0  # the process writes where it is within milliseconds, unless it has no CPU time
STEP_S = 0.02
ENDED = re.compile(
    r"ended with exit status|ended before its items|killed by SIGABRT|terminated abruptly|unexpectedly terminated"
)


class Position:
    """Ask a measured process where it is.

    Args:
        process: The measured process.
        log: Its output.
        file: The user's file, as the config names it.
        interpreter: The command of the interpreter under test.
    """

    def __init__(self, process: int, log: IO[bytes], file: str, interpreter: str) -> None:
        self.process, self.log, self.file, self.interpreter = process, log, file, interpreter

    def ask(self) -> str:
        """Return the line at which it is in the user's file, to follow a message; empty text if it isn't there."""
        with suppress(OSError, WorkFailed):
            path = place_of(self.file, folders_for(self.interpreter)).path
            written = os.fstat(self.log.fileno()).st_size
            os.kill(self.process, WHERE)
            return position(self.answer(written), str(path), self.file)
        return ""

    def answer(self, written: int) -> str:
        """Return what the process writes to its log after the first bytes, once it is written as a whole."""
        until, text = perf_counter() + ANSWER_S, b""
        while perf_counter() < until:
            sleep(STEP_S)
            before, text = text, Path(f"/proc/self/fd/{self.log.fileno()}").read_bytes()[written:]
            if text and text == before:
                break
        return text.decode(errors="replace")


def position(stacks: str, path: str, file: str) -> str:
    """Say which line of a file is the innermost in the stacks that faulthandler writes of threads; empty text if none is."""
    found = re.search(rf'File "{re.escape(as_dumped(path))}", line (\d+) in (\S+)', stacks)
    if not found:
        return ""
    where = "importing it" if found[2] == "<module>" else f"{found[2]}()"
    return f", {where} at {file}, line {found[1]}"


def as_dumped(path: str) -> str:
    """Return a path as faulthandler writes it: in ASCII."""
    return path.encode("ascii", "backslashreplace").decode("ascii")


def ended_by(reason: str, file: str, interpreter: str) -> str:
    """Say which line may have ended a process, to follow the reason of a failure; empty text if none is known."""
    if not ENDED.search(reason):
        return ""
    with suppress(WorkFailed):
        call = exits(parsed(place_of(file, folders_for(interpreter)).path, file))
        if call:
            return f". {file}, line {call[0]}, calls {call[1]}(): raise an error instead"
    return ""
