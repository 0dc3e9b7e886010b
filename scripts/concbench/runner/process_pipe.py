"""A child process that reads and answers in lines; each answer has a time limit."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import perf_counter
from typing import IO

from concbench.runner.subreaper import reap_group


class NoAnswer(Exception):
    """The process ended, or the time was up, before it answered."""


class TimeUp(NoAnswer):
    """The time was up."""


def signal_name(number: int) -> str:
    """``SIGKILL``; a number where the signal has no name, as most real-time signals have none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


class ProcessPipe:
    """A process of a session of its own, so that it can be ended with all its children.

    It is handed the number of a pipe for its answers as its last argument; what it prints goes to ``log``.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: IO[bytes],
        env: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.name = name
        answers, theirs = os.pipe()
        try:
            self.process = subprocess.Popen(
                [*command, str(theirs)],
                stdin=subprocess.PIPE,
                bufsize=0,  # so that nothing is left to flush for a process that has ended
                stdout=log,
                stderr=log,
                env=env,
                pass_fds=(theirs, *pass_fds),
                start_new_session=True,
            )
        except OSError as error:
            os.close(answers)
            raise NoAnswer(f"{name} can't be started: {error}") from error
        finally:
            os.close(theirs)
        self.answers = answers
        self.ended = os.pidfd_open(self.process.pid)
        self.received = bytearray()

    def tell(self, line: str) -> None:
        """Write a line; a process that has ended is found out when it doesn't answer."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            rest = memoryview(line.encode() + b"\n")
            while rest:
                rest = rest[self.process.stdin.write(rest) :]

    def answer(self, until: float) -> str:
        """The next line. Raises TimeUp when ``perf_counter()`` reaches ``until``, NoAnswer if the process has ended."""
        searched, asked = 0, perf_counter()
        while (end := self.received.find(b"\n", searched)) < 0:
            searched = len(self.received)
            ready, _, _ = select.select([self.answers, self.ended], [], [], max(0.0, until - perf_counter()))
            if not ready:
                raise TimeUp(f"{self.name} gave no answer within {round(until - asked, 2):g} s")
            if self.answers not in ready:
                raise NoAnswer(self.how_it_ended())
            chunk = os.read(self.answers, 1 << 20)
            if not chunk:
                select.select([self.ended], [], [], max(0.0, until - perf_counter()))
                raise NoAnswer(self.how_it_ended())
            self.received += chunk
        line = self.received[:end].decode()
        del self.received[: end + 1]
        return line

    def how_it_ended(self) -> str:
        status = self.process.poll()
        if status is None:
            return f"{self.name} closed its pipe without an answer"
        if status < 0:
            return f"{self.name} was ended by {signal_name(-status)}"
        return f"{self.name} ended with exit status {status} and no answer"

    def finish(self, seconds: float) -> None:
        """Let the process end by itself within so many seconds, then end it and its children."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self.end()

    def end(self) -> None:
        """End the process, and every child of its that stayed in its process group; all of them are waited for."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        reap_group(self.process.pid)

    def close(self) -> None:
        """End the process and close the pipes."""
        self.end()
        assert self.process.stdin is not None
        self.process.stdin.close()
        os.close(self.answers)
        os.close(self.ended)
