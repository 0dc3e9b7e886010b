"""Note what the work prints, reads, changes and leaves in its process, a sentence each.

The pilot alone uses this: the hooks that see it take time. Standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from concbench.measured.children import signal_name
from concbench.measured.usage import children_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

STDOUT = 1
PACKAGES = ("/site-packages/", "/dist-packages/")  # folders of installed packages
STDIN = "standard input"
SHARED = "which all threads of a process share"


def line_of(path: str) -> int | None:
    """Return the line of a file that is being run by this thread, the innermost; None if it isn't, or called a package.

    A package may change for itself what the file has nothing to do with, such as when it is imported.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename != path:
        if any(part in frame.f_code.co_filename for part in PACKAGES):
            return None
        frame = frame.f_back
    return frame.f_lineno if frame else None


class EmptyInput(io.TextIOWrapper):
    """Stand in for the standard input, which is empty, and call ``seen`` when it is read, or its bytes are asked for."""

    def __init__(self, seen: Callable[[], None]) -> None:
        super().__init__(Path(os.devnull).open("rb"), encoding="utf-8")  # noqa: SIM115  (it lasts as long as the process)
        self.seen = seen

    @property
    def buffer(self) -> Any:
        self.seen()
        return super().buffer

    def read(self, *_: Any) -> str:
        self.seen()
        return ""

    def readline(self, *_: Any) -> str:  # type: ignore[override]
        self.seen()
        return ""

    def __next__(self) -> str:  # type: ignore[override]
        self.seen()
        raise StopIteration


class State(NamedTuple):
    """Record what the work may change."""

    printed_bytes: int
    handlers: dict[int, Any]
    start_method: str | None
    daemons: int
    children: int

    @classmethod
    def now(cls) -> State:
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):  # the work may have closed or replaced it
                stream.flush()
        return cls(printed_bytes(), handlers(), start_method(), daemons(), len(children_of(os.getpid())))


def printed_bytes() -> int:
    """Return how much was printed so far, if the output goes to a file."""
    try:
        return os.fstat(STDOUT).st_size
    except OSError:  # the work closed it
        return 0


def handlers() -> dict[int, Any]:
    return {number: signal.getsignal(number) for number in signal.valid_signals()}


def start_method() -> str | None:
    """Return the start method that the work has chosen, if it isn't the default."""
    multiprocessing = sys.modules.get("multiprocessing")
    if multiprocessing is None:
        return None
    chosen: str | None = multiprocessing.get_start_method(allow_none=True)
    return None if chosen == multiprocessing.get_all_start_methods()[0] else chosen  # any use chooses the default


def daemons() -> int:
    """Count the daemon threads, without those in which asyncio waits for programs."""
    return sum(one.daemon and "waitpid-" not in one.name for one in threading.enumerate())


class SideEffects:
    """Watch the work from now on. ``sentences`` has one for each thing that was seen.

    Args:
        file: How sentences name the user's file.
        path: Its absolute path.
    """

    def __init__(self, file: str, path: str) -> None:
        self.file, self.path = file, path
        self.sentences: dict[str, None] = {}  # in order, each once
        self.before = State.now()
        self.started_at: int | None = None  # the line that started a thread or a program last
        self.watch_threads()
        sys.stdin = EmptyInput(lambda: self.see(f"reads the {STDIN}{{}}, which is empty in a run"))
        sys.addaudithook(self.audit)

    def see(self, what: str) -> None:
        """Note what the work does now, with the line; ``{}`` in the text stands for it. Code that isn't theirs is left out."""
        line = line_of(self.path)
        if line is not None:
            self.add(what.format(f" ({self.file}, line {line})"))

    def add(self, what: str) -> None:
        self.sentences[f"It {what}."] = None

    def watch_threads(self) -> None:
        """Note the line that starts a thread: Python reports no event for that before version 3.12."""
        usual = threading.Thread.start

        def start(thread: threading.Thread) -> None:
            self.started_at = line_of(self.path) or self.started_at
            usual(thread)

        threading.Thread.start = start  # type: ignore[method-assign,assignment]

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note events that Python reports; see the audit events in its documentation."""
        if event == "subprocess.Popen":
            self.started_at = line_of(self.path) or self.started_at
        elif event == "os.chdir":
            self.see(f"changes the working directory{{}}, {SHARED}")
        elif event in ("os.putenv", "os.unsetenv"):
            name = os.fsdecode(arguments[0]).replace("{", "{{").replace("}", "}}")
            self.see(f"changes the environment variable {name}{{}}, {SHARED}")

    def note(self, when: str) -> None:
        """Note what differs from the state before, which was changed ``when``, such as "when it is imported"."""
        now, before = State.now(), self.before
        if now.printed_bytes > before.printed_bytes:
            size = now.printed_bytes - before.printed_bytes
            self.add(f"printed {size} bytes {when}; a run's output goes to its log, and printing is timed, too")
        changed = [signal_name(number) for number, one in now.handlers.items() if one != before.handlers.get(number)]
        if changed:
            self.add(f"sets a handler for {' and '.join(changed)} {when}, which only a process's main thread can do")
        if now.start_method != before.start_method and now.start_method:
            self.add(f"sets multiprocessing's start method to {now.start_method} {when}; process pools use it")
        if now.daemons > before.daemons:
            left = count(now.daemons - before.daemons, "daemon thread")
            self.add(f"leaves {left} running {when}; what they do after its end isn't timed")
        if now.children > before.children:
            left = count(now.children - before.children, "process", "processes")
            self.add(f"leaves {left} running {when}; what they do after its end isn't timed")
        self.before = now


def count(number: int, noun: str, nouns: str | None = None) -> str:
    return f"{number} {noun if number == 1 else nouns or f'{noun}s'}"


def watch_exit(path: str, said: Callable[[int | None], None]) -> None:
    """Have ``said`` called with the line of the user's file if the work ends this process by ``os._exit``."""
    process, usual = os.getpid(), os._exit

    def end(status: int) -> Any:
        if os.getpid() == process:
            said(line_of(path))
        usual(status)

    os._exit = end
