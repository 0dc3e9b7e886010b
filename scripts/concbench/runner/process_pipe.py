"""Talk to a child process in lines of text; each line has a time limit."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from time import perf_counter
from typing import IO

from concbench.common.processes import KILLED_S
from concbench.measured.children import signal_name
from concbench.measured.usage import children_of
from concbench.runner.subreaper import end_children, killed_with, reap_group

TELL_S = 60.0  # time limit for the process to read a line
END_S = 5.0  # time for a measured process to end after its last answer
SHOWN = 60  # characters of an answer that isn't one
LOOK_S = 0.1  # between two looks at the process while it is waited for
LONGEST_ANSWER = 100_000_000  # bytes; a run of 100,000 items answers with some 10 MB


class NoAnswer(Exception):
    """Report that the process ended, or the time was up, before it answered."""


class TimeUp(NoAnswer):
    """Report that the time was up before the process answered."""


class ProcessPipe:
    """Start a process in a session of its own, so that it can be killed with all its children.

    All later children of this process end with it, among them daemons, which have left its session. The process gets the
    numbers of two pipes as its last arguments: one for its tasks, and one for its answers. Its standard input is empty, and its
    output goes to ``log``. The kernel kills it if this process ends.

    While waiting for the process, call the ``looks`` ten times a second. They may raise NoAnswer to give the process up.
    ``where`` says where the process is if its time is up.
    """

    where: Callable[[], str] = str

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: IO[bytes],
        env: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.looks: list[Callable[[], None]] = []
        self.others = frozenset(children_of(os.getpid()))  # children of this process that have nothing to do with it
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
                preexec_fn=killed_with(os.getpid()),
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
        self.over = False  # whether all of its processes have been ended

    def tell(self, line: str, seconds: float = TELL_S) -> None:
        """Write a line. If the process has ended, ``answer`` reports it. Raise TimeUp if it isn't read within ``seconds``."""
        until = perf_counter() + seconds
        os.set_blocking(self.tasks, False)
        rest = memoryview(line.encode() + b"\n")
        with suppress(BrokenPipeError):
            while rest:
                ended, ready = self.wait([self.ended], [self.tasks], until)
                if ready:
                    rest = rest[os.write(self.tasks, rest) :]
                elif ended:
                    return
                else:
                    raise TimeUp(f"{self.name} did not read its task within {seconds:g} s")

    def wait(self, reading: list[int], writing: list[int], until: float) -> tuple[list[int], list[int]]:
        """Return which files can be read and which can be written; none if ``perf_counter()`` reaches ``until`` before."""
        while True:
            left = max(0.0, until - perf_counter())
            step = min(left, LOOK_S if self.looks else TELL_S)  # the kernel doesn't take any number of seconds
            readable, writable, _ = select.select(reading, writing, [], step)
            if readable or writable or step == left:
                return readable, writable
            for look in self.looks:
                look()

    def answer(self, until: float) -> str:
        """Return the next line.

        Raise TimeUp when ``perf_counter()`` reaches ``until``, and NoAnswer if the process has ended.
        """
        searched, asked = 0, perf_counter()
        while (end := self.received.find(b"\n", searched)) < 0:
            searched = len(self.received)
            if searched > LONGEST_ANSWER:
                raise NoAnswer(f"{self.name} answered with more than {LONGEST_ANSWER / 1e6:.0f} MB")
            ready, _ = self.wait([self.answers, self.ended], [], until)
            if not ready:
                raise TimeUp(f"{self.name} did not answer within {round(until - asked, 2):g} s")
            if self.answers not in ready:
                raise NoAnswer(self.how_it_ended())
            chunk = os.read(self.answers, 1 << 20)
            if not chunk:
                self.wait([self.ended], [], until)
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
        self.wait([self.ended], [], perf_counter() + seconds)
        self.end()

    def end(self) -> None:
        """End the process, every process of its group, and all that has become this process's child since, once."""
        if self.over:
            return
        self.over = True
        self.process.kill()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(KILLED_S)
        end_children(self.others)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        reap_group(self.process.pid)

    def close(self) -> None:
        """End the process and close the pipes."""
        self.end()
        os.close(self.tasks)
        os.close(self.answers)
        os.close(self.ended)
