"""Run the pilot: start its process, wait for its answer within a time limit, and say in a sentence why there is none."""

from __future__ import annotations

import os
import re
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import IO

from concbench.common.formatting import one_line
from concbench.common.paths import SCRIPTS
from concbench.environment.interpreter_command import Command, measured_python
from concbench.environment.measured_environment import measured_environment, withheld
from concbench.measured.cgroups import memory_bytes
from concbench.measured.children import PROGRAMS_LEFT
from concbench.measured.pilot_answer import IMPORTING, Doing, PilotAnswer, PilotTask, message_from_json
from concbench.measured.protocol import NotMeasured
from concbench.records.pilot import Pilot
from concbench.runner.interference import BusyTime, background_share
from concbench.runner.own_faults import as_dumped
from concbench.runner.process_pipe import END_S, SHOWN, NoAnswer, ProcessPipe, TimeUp
from concbench.runner.run import threadpoolctl
from concbench.runner.subreaper import lasting_orphans, orphans_of
from concbench.runner.watch import MEMORY_LIMIT, Watch, append_only, finish_log

MEASURED_PILOT = SCRIPTS / "sys_path" / "measured-pilot.py"
IDLE_S = 0.5  # time to see what other programs do before the pilot, and after it
LATE_S = 10.0  # after the time limit, at which the pilot's process should end by itself
SEARCHED = 0.6  # of the time limit, after which no further step begins
GUARD = 'put what it does when it is run under if __name__ == "__main__"'
FASTER = "have it end, give it smaller items, or give it more time by BUDGET"


class NoPilot(Exception):
    """Report in one sentence why the work can't be measured."""


@dataclass(frozen=True)
class PilotOrder:
    """Order a pilot: of which file, with which interpreter, and for how long."""

    file: str  # as the user gave it, perhaps with a function
    path: str  # where it is
    has_do: bool
    has_do_async: bool
    python: str  # the interpreter's command
    limit_s: float
    step_s: float  # for each step, if its items are short enough
    seed: int = 1

    @property
    def name(self) -> str:
        """Return the file's name in sentences."""
        return re.sub(r":\w+$", "", self.file)

    def task(self, trace: Path) -> PilotTask:
        """Return the task of the pilot's process, which writes to ``trace`` where it hangs."""
        return PilotTask(
            file=self.file,
            name=self.name,
            path=self.path,
            seed=self.seed,
            has_do=self.has_do,
            has_do_async=self.has_do_async,
            step_s=self.step_s,
            seconds=SEARCHED * self.limit_s,
            limit_s=self.limit_s,
            trace=str(trace),
            threadpoolctl=threadpoolctl(),
        )


def run_pilot(order: PilotOrder, folder: Path, log: IO[bytes]) -> Pilot:
    """Do the pilot, and end all that it started. Raise NoPilot.

    Args:
        order: What to find out.
        folder: For temporary files.
        log: Where the work's output goes.
    """
    python = measured_python(order.python)
    if python is None:
        raise NoPilot(f"there is no Python {order.python}. Expected PYTHON to be a path, or the name of one that is installed.")
    idle_before = idle_background()
    append_only(log)
    begun = BusyTime.now()
    answer = answer_of(order, python, folder / "trace", log)
    busy = background_share(begun, BusyTime.now())
    finish_log(log)
    return Pilot(answer, max(idle_before, idle_background()), busy)


def idle_background() -> float:
    """Return what other programs use while nothing is tried, before or after: they may begin at any time."""
    begun = BusyTime.now()
    sleep(IDLE_S)
    return background_share(begun, BusyTime.now())


def answer_of(order: PilotOrder, python: Command, trace: Path, log: IO[bytes]) -> PilotAnswer:
    """Return what the pilot's process answers. Raise NoPilot."""
    command = [python.program, str(MEASURED_PILOT)]
    environment = {**measured_environment(os.environ, None, threads=None), **python.variables}
    doing, line, others = "its process was started", "", set[int]()
    try:
        with closing(ProcessPipe("the pilot", command, log, environment)) as process:
            process.looks.append(Watch(process.process.pid, int(MEMORY_LIMIT * memory_bytes()), log, process.others).look)
            until = perf_counter() + order.limit_s + LATE_S
            process.tell(order.task(trace).to_json())
            session = process.process.pid
            while isinstance(message := message_from_json(line := process.answer(until)), Doing):
                if doing == IMPORTING:
                    others = {*process.others, *orphans_of(session)}  # what it has started by then may go on
                doing = message.what
            left = lasting_orphans(session, others) if doing != IMPORTING else set()
            process.finish(END_S)
    except NoAnswer as error:
        raise NoPilot(why_not(order, doing, trace, error)) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise NoPilot(
            f"{order.name} wrote to the pipe for the pilot's answers while {doing} ({line[:SHOWN]!r}). It must not write to"
            " files that it didn't open."
        ) from None
    if isinstance(message, NotMeasured):
        raise NoPilot(with_hints(message.reason, python))
    if left:
        raise NoPilot(f"{order.name}: {PROGRAMS_LEFT.format('the work', len(left))}.")
    return message


def why_not(order: PilotOrder, doing: str, trace: Path, error: NoAnswer) -> str:
    """Say in a sentence why the pilot's process ended without an answer."""
    where = place_in(trace, order.path)
    if isinstance(error, TimeUp) or is_timeout(trace):
        remedy = GUARD if doing == IMPORTING else FASTER
        return f"{order.name}{where} had not ended after {order.limit_s:g} s, while {doing}: {remedy}."
    return f"{order.name}{where} could not be tried: {error}, while {doing}."


def is_timeout(trace: Path) -> bool:
    """Check whether the pilot's process ended because its time was up."""
    return text_of(trace).startswith("Timeout")


def text_of(trace: Path) -> str:
    try:
        return trace.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def place_in(trace: Path, path: str) -> str:
    """Return the line of the user's file that a traceback of the interpreter names first, to follow the file's name."""
    found = re.search(rf'File "{re.escape(as_dumped(path))}", line (\d+)', text_of(trace))
    return f", line {found[1]}," if found else ""


def with_hints(reason: str, python: Command) -> str:
    """Return the reason on one line, with what to do if a variable is missing that the user has set."""
    unset = {name for name in os.environ if name not in python.variables}
    names = withheld(reason, unset)
    hint = f" (it doesn't get your variable {names[0]}; set it by PYTHON='{names[0]}=value python')" if names else ""
    return one_line(f"{reason}{hint}")
