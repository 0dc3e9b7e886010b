"""Watch the processes of a pipeline: which phase it is in, and what it leaves behind."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep

from support.pipeline import HANGS_S, Pipeline

GONE_S = 60.0  # time for everything of a killed pipeline to go, on a busy machine
SHARED_MEMORY = Path("/dev/shm")
PIPELINE = "snakemake"
MAPPED = re.compile(rf"{SHARED_MEMORY}/(\S+)$", re.MULTILINE)
COMMAND = re.compile(r"scripts/([a-z]+)_(\w+)\.py")


class Phase(Enum):
    """Name the phases of an invocation, in their order."""

    START_UP = "start-up"
    MEASURING = "measuring"
    TABLES = "tables"
    DRAWING = "drawing"
    REPORT = "report"


VERBS = {  # the first word of a command's name
    "measure": Phase.MEASURING,
    **dict.fromkeys(("collect", "summarize", "compare", "fit", "find", "judge"), Phase.TABLES),
    "draw": Phase.DRAWING,
    "write": Phase.REPORT,
}
OF_A_RUN = {"measured process": "sys_path/measured-run.py", "server": "concbench.server.server"}  # words of the command line


@dataclass(frozen=True)
class Process:
    """A process of a pipeline that lives."""

    number: int
    command: str

    @property
    def part(self) -> str | None:
        """The part of the pipeline that it is; None for a helper of Python or of the shell."""
        found = COMMAND.search(self.command)
        if found:
            return "_".join(found.groups())
        return next((part for part, words in OF_A_RUN.items() if words in self.command), None)

    @property
    def phase(self) -> Phase | None:
        """The phase of which it is a sign; None if it may live in several."""
        found = COMMAND.search(self.command)
        return VERBS.get(found[1]) if found else (Phase.MEASURING if self.part else None)


class Watched:
    """Start a pipeline, and find its processes by their folder for temporary files."""

    def __init__(self, pipeline: Pipeline, folder: Path) -> None:
        self.pipeline, self.temporary, self.output = pipeline, folder, pipeline.folder / "output"
        self.phase = Phase.START_UP  # of the last invocation
        self.numbers: set[int] = set()  # of all processes seen
        self.mapped: set[str] = set()  # what they had in shared memory
        self.others = {path.name for path in SHARED_MEMORY.iterdir()}  # what was there before; process numbers are used again

    def start(self) -> subprocess.Popen[bytes]:
        """Start an invocation as a terminal does: in a session of its own."""
        self.phase = Phase.START_UP
        programs = Path(sys.executable).parent
        path = os.pathsep.join([str(programs), os.environ["PATH"]])
        with self.output.open("wb") as output:
            return subprocess.Popen(
                [str(programs / "snakemake"), "--cores", "all"],
                cwd=self.pipeline.folder,
                env={**os.environ, "PATH": path, "TMPDIR": str(self.temporary)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self, invocation: subprocess.Popen[bytes]) -> str:
        """Wait until an invocation has ended, and return what it printed."""
        invocation.wait(timeout=HANGS_S)
        return self.output.read_text(encoding="utf-8", errors="replace")

    def processes(self) -> list[Process]:
        """Return the pipeline's processes. Note its phase, and what it has in shared memory."""
        found = list(self.found())
        self.numbers |= {one.number for one in found}
        self.mapped |= {name for one in found for name in mapped_by(one.number)}
        phases = {one.phase for one in found}
        self.phase = next((phase for phase in Phase if phase in phases), self.phase)
        return found

    def found(self) -> Iterator[Process]:
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdecimal() and os.fsencode(self.temporary) in (folder / "environ").read_bytes():
                    yield Process(int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:  # it has just ended
                continue

    def find(self, part: str, seconds: float) -> list[int]:
        """Wait for the processes of a part, and return them; none if there are none within ``seconds``."""
        until = monotonic() + seconds
        while monotonic() < until:
            if found := [one.number for one in self.processes() if one.part == part]:
                return found
            sleep(0.002)
        return []

    def left(self) -> list[Process]:
        """Return the processes that have not ended in time."""
        until = monotonic() + GONE_S
        while (there := list(self.found())) and monotonic() < until:
            sleep(0.05)
        return there

    def left_files(self) -> list[str]:
        """Return the temporary files."""
        return [path.name for path in self.temporary.iterdir()]

    def left_in_shared_memory(self) -> list[str]:
        """Return what processes seen have had in shared memory, and what is named by one of them, if it stays there."""
        until, named = monotonic() + GONE_S, re.compile("|".join(rf"[-_]{number}[-_]" for number in self.numbers) or "$.")
        while True:
            new = {path.name for path in SHARED_MEMORY.iterdir()} - self.others
            there = [name for name in new if name in self.mapped or named.search(name)]
            if not there or monotonic() > until:
                return there
            sleep(0.05)

    def locked(self) -> list[str]:
        """Return the locks that somebody has."""
        return [
            path.name for path in (self.pipeline.results / ".lock", self.pipeline.folder / "measuring.lock") if is_locked(path)
        ]


def mapped_by(process: int) -> list[str]:
    """Return the names of a process's locks and files in shared memory."""
    try:
        return MAPPED.findall(Path(f"/proc/{process}/maps").read_text(encoding="utf-8", errors="replace"))
    except OSError:  # it has just ended
        return []


def is_locked(path: Path) -> bool:
    """Check whether a process has locked a file."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def lengths_s(seen: list[tuple[float, Phase]]) -> dict[Phase, float]:
    """Return how long an invocation was in each phase, from what was seen at moments in order; the last one is its end."""
    lengths: dict[Phase, float] = {}
    for (begin_s, phase), (end_s, _) in pairwise(seen):
        lengths[phase] = lengths.get(phase, 0.0) + end_s - begin_s
    return lengths


def phases_of_a_whole_invocation(watched: Watched) -> dict[Phase, float]:
    """Do a whole invocation, and return how many seconds it was in each phase on this machine."""
    begun, invocation = monotonic(), watched.start()
    seen = [(0.0, Phase.START_UP)]
    while invocation.poll() is None:
        assert monotonic() < begun + HANGS_S, watched.output.read_text(encoding="utf-8", errors="replace")
        watched.processes()
        seen.append((monotonic() - begun, watched.phase))
        sleep(0.01)
    assert invocation.returncode == 0, watched.wait(invocation)
    return lengths_s(seen)
