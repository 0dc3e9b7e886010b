"""Define the messages of the pilot's process: one line of JSON each.

Its task is a ``PilotTask``. It answers ``Doing`` before each step, and at the end ``PilotAnswer``, or ``NotMeasured`` if the
work can't be measured. Standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

from json import dumps, loads
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from concbench.measured.protocol import NotMeasured
from concbench.measured.status import Status

if TYPE_CHECKING:
    from collections.abc import Mapping


IMPORTING = "it was imported"  # a step


class PilotTask(NamedTuple):
    """Describe what the pilot has to find out."""

    file: str  # as the user gave it, perhaps with a function
    name: str  # of the file, in sentences
    path: str  # where it is
    seed: int
    has_do: bool
    has_do_async: bool
    step_s: float  # time for each step, if its items are short enough
    seconds: float  # after which no further step begins
    limit_s: float  # after which the process ends, and writes to ``trace`` where it was
    trace: str  # path of the file for that, and for a crash
    threadpoolctl: str | None  # path of that module, which knows numeric libraries

    def to_json(self) -> str:
        return dumps(self._asdict())

    @classmethod
    def from_json(cls, line: str) -> PilotTask:
        return cls(**loads(line))


class Doing(NamedTuple):
    """Say what is done next, to follow the word while: ``it did the first item``."""

    what: str


class SpeedUp(NamedTuple):
    """Say how many times as fast some workers were as one item after the other."""

    workers: int
    speedup: float


class PilotAnswer(NamedTuple):
    """Say what the work is like."""

    python: str  # such as "CPython 3.11.7"
    import_s: float
    modules: int  # that the file loads
    make_s: float  # to make items, in addition to the next
    make_item_s: float  # to make each item
    items_available: int | None  # the length of ITEMS; None if there are as many as asked for
    elapsed_s: float  # of items that were done one after the other
    items_done: int  # number of those
    item_s: list[float]  # of some of them
    thread_cpu_s: float  # CPU time of their thread, all items together
    process_cpu_s: float  # CPU time of all threads
    children_cpu_s: float  # CPU time of programs that they started
    delay_s: float  # for which their thread waited for a CPU that others used
    resource_open_s: float | None
    threads: list[SpeedUp]
    cannot_thread: str | None  # why threads fail
    async_item_s: list[float]
    tasks: list[SpeedUp]
    cannot_await: str | None  # why do_async() fails
    item_bytes: float | None  # mean size when pickled
    result_bytes: float | None
    pickle_s: float | None  # to pickle and unpickle an item and its result
    cannot_pickle: str | None  # why not
    numeric_libraries: list[str]  # with threads of their own
    peak_memory_bytes: int
    notes: list[str]  # a sentence for each thing that the work printed, read, changed or left

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> PilotAnswer:
        """Make it from what JSON has of it. Raise TypeError or KeyError if that is something else."""
        ladders = {name: [SpeedUp(*step) for step in fields[name]] for name in ("threads", "tasks")}
        return cls(**{**fields, **ladders})


PilotMessage = Union[Doing, PilotAnswer, NotMeasured]


def message_from_json(line: str) -> PilotMessage:
    """Read what ``answer_to_json`` wrote. Raise ValueError, TypeError, KeyError or AttributeError if it is something else."""
    fields = loads(line)
    kind = fields.pop("answer")
    if kind == PilotAnswer.__name__:
        return PilotAnswer.from_fields(fields)
    if kind == Doing.__name__:
        return Doing(**fields)
    if kind == NotMeasured.__name__:
        return NotMeasured(Status(fields["status"]), str(fields["reason"]))
    raise ValueError(f"{kind} is no message of a pilot")
