"""Define the messages between the runner and the measured process: one line of JSON each.

The runner sends a ``Task``. The measured process loads what the task needs and answers ``Ready``. On the line ``GO`` it does
the run. It answers ``Checking`` after the timed region, and ``Measurement`` if the results are right. If there is nothing to
measure or a result is wrong, its last answer is ``NotMeasured``. The process of a micro-benchmark answers only with metrics.

The messages are named tuples because importing dataclasses would cost every measured process several milliseconds. Standard
library alone, Python 3.9 or newer.
"""

from __future__ import annotations

from json import dumps, loads  # as they are now: the work may replace them in their module
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from concbench.measured.api import Metric
from concbench.measured.status import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

GO = "go"  # the runner's second line; on anything else, end without a run


class Task(NamedTuple):
    """Describe the run to do; model and workload are the names of plug-ins."""

    model: str
    model_options: dict[str, Any]
    workload: str
    workload_options: dict[str, Any]
    workers: int  # 0 stands for the model's default
    size: int
    seed: int
    threadpoolctl: str | None = None  # its file, to look for numeric libraries; None if nobody asks for them

    def to_json(self) -> str:
        return dumps(self._asdict())

    @classmethod
    def from_json(cls, line: str) -> Task:
        return cls(**loads(line))


class Ready(NamedTuple):
    """Answer that everything is imported and the items are made, with facts about the interpreter."""

    start_up_cpu_s: float
    gil_enabled_at_start: bool
    gil_enabled: bool
    jit_enabled: bool | None
    implementation: str  # such as "cpython"
    python_version: str
    workers: int


class Checking(NamedTuple):
    """Answer that the timed region is over and the results are being checked."""


class Measurement(NamedTuple):
    """Answer with the measurement of a run whose results are right. Its fields are columns of runs.csv."""

    start_clock_s: float  # start of the timed region by perf_counter, one clock for all processes
    makespan_s: float
    setup_s: float | None
    teardown_s: float | None  # None if the last item wasn't timed
    cpu_user_s: float
    cpu_system_s: float
    voluntary_switches: int | None
    involuntary_switches: int | None
    peak_memory_bytes: int | None
    items_ok: int
    bytes_received: int | None
    start_method: str | None  # how the pool's processes were started; None without a pool of processes
    timing_share: float | None  # the cost of timing an item, as a share of what an item takes on average
    item_start_s: list[float]  # of each item, from start_clock_s, as are the ends; empty if not all items were timed
    item_end_s: list[float]
    item_cpu_s: list[float | None]  # None if the CPU time of one item is unknown
    item_thread: list[int]  # numbered in the order of first appearance
    numeric_libraries: str | None = None  # those that are loaded; this and the following are of the user's own work alone
    numeric_threads: int | None = None  # of the library that has most
    longest_stall_s: float | None = None  # None if no event loop did the items


class NotMeasured(NamedTuple):
    """Answer that there is no measurement, and why."""

    status: Status
    reason: str


Answer = Union[Ready, Checking, Measurement, NotMeasured]
ANSWERS: dict[str, type[Any]] = {kind.__name__: kind for kind in (Ready, Checking, Measurement, NotMeasured)}


def answer_to_json(answer: Answer) -> str:
    """Write an answer as one line of JSON, without the newline."""
    return dumps({"answer": type(answer).__name__, **answer._asdict()})


def answer_from_json(line: str) -> Answer:
    """Read what ``answer_to_json`` wrote."""
    fields = loads(line)
    answer: Answer = ANSWERS[fields.pop("answer")](**fields)
    return answer._replace(status=Status(answer.status)) if isinstance(answer, NotMeasured) else answer


def metrics_to_json(metrics: Sequence[Metric]) -> str:
    """Write the metrics of a micro-benchmark as JSON."""
    return dumps([metric._asdict() for metric in metrics])


def metrics_from_json(text: str) -> list[Metric]:
    """Read what ``metrics_to_json`` wrote."""
    return [Metric(**{**fields, "status": Status(fields["status"])}) for fields in loads(text)]
