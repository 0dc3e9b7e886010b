"""Talk to a child process in lines of text; each answer has a time limit."""

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
    """Report that the process ended, or the time was up, before it answered."""


class TimeUp(NoAnswer):
    """Report that the time was up before the process answered."""


def signal_name(number: int) -> str:
    """Return the name of a signal, such as ``SIGKILL``, or its number if it has no name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


class ProcessPipe:
    """Start a process in a session of its own, so that it can be killed with all its children.

    The process gets the numbers of two pipes as its last arguments: one for its tasks, and one for its answers. Its
    standard input is empty, and its output goes to ``log``.
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
        their_tasks, tasks = os.pipe()
        answers, their_answers = os.pipe()
        try:
            self.process = subprocess.Popen(
                [*command, str(their_tasks), str(their_answers)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=env,
                pass_fds=(their_tasks, their_answers, *pass_fds),
                start_new_session=True,
            )
        except OSError as error:
            os.close(tasks)
            os.close(answers)
            raise NoAnswer(f"cannot start {name}: {error}") from error
        finally:
            os.close(their_tasks)
            os.close(their_answers)
        self.tasks, self.answers = tasks, answers
        self.ended = os.pidfd_open(self.process.pid)
        self.received = bytearray()

    def tell(self, line: str) -> None:
        """Write a line. If the process has ended, ``answer`` reports it."""
        with suppress(BrokenPipeError):
            rest = memoryview(line.encode() + b"\n")
            while rest:
                rest = rest[os.write(self.tasks, rest) :]

    def answer(self, until: float) -> str:
        """Return the next line.

        Raise TimeUp when ``perf_counter()`` reaches ``until``, and NoAnswer if the process has ended.
        """
        searched, asked = 0, perf_counter()
        while (end := self.received.find(b"\n", searched)) < 0:
            searched = len(self.received)
            ready, _, _ = select.select([self.answers, self.ended], [], [], max(0.0, until - perf_counter()))
            if not ready:
                raise TimeUp(f"{self.name} did not answer within {round(until - asked, 2):g} s")
            if self.answers not in ready:
                raise NoAnswer(self.how_it_ended())
            chunk = os.read(self.answers, 1 << 20)
            if not chunk:
                select.select([self.ended], [], [], max(0.0, until - perf_counter()))
                raise NoAnswer(self.how_it_ended())
            self.received += chunk
        line = self.received[:end].decode(errors="replace")
        del self.received[: end + 1]
        return line

    def how_it_ended(self) -> str:
        """Say how the process ended."""
        status = self.process.poll()
        if status is None:
            return f"{self.name} closed its pipe before it answered"
        if status < 0:
            return f"{self.name} was killed by {signal_name(-status)}"
        return f"{self.name} ended with exit status {status} before it answered"

    def finish(self, seconds: float) -> None:
        """Wait up to ``seconds`` for the process to end, then kill it and its children."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self.end()

    def end(self) -> None:
        """Kill the process and every child in its process group, and wait for them."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        reap_group(self.process.pid)

    def close(self) -> None:
        """Kill the process and close the pipes."""
        self.end()
        os.close(self.tasks)
        os.close(self.answers)
        os.close(self.ended)
