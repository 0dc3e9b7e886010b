"""Say what the runner and the measured process tell each other: a line of JSON each, its keys the fields of a class below.

The runner sends a ``Task``. The measured process loads what the task needs and answers ``Ready``. At the line ``GO`` it
runs, answers ``Checking`` when the timed region is over, and ``Measurement`` when the results have been found right. Where
there is nothing to measure or the results are wrong, its last answer is ``NotMeasured``. A probe's process answers with
its metrics alone.

These are named tuples because importing dataclasses takes several milliseconds of every measured process. Standard library
alone, any Python from 3.9 on.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from concbench.measured.api import Metric
from concbench.measured.status import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

GO = "go"  # the runner's second line; anything else means that it has gone or given up


class Task(NamedTuple):
    """Tell a measured process what to run; the names are those of plug-ins."""

    model: str
    model_options: dict[str, Any]
    workload: str
    workload_options: dict[str, Any]
    workers: int
    size: int
    seed: int

    def to_json(self) -> str:
        return json.dumps(self._asdict())

    @classmethod
    def from_json(cls, line: str) -> Task:
        return cls(**json.loads(line))


class Ready(NamedTuple):
    """Answer that everything is imported and the items are there, and what is known of the interpreter by then."""

    start_up_cpu_s: float
    gil_enabled_at_start: bool
    gil_enabled: bool
    jit_enabled: bool | None
    python_version: str


class Checking(NamedTuple):
    """Answer that the timed region is over and the results are being checked."""


class Measurement(NamedTuple):
    """Answer with what was measured of a run whose results are right; the meanings are those of the columns of runs.csv."""

    start_clock_s: float  # when the timed region began, by perf_counter, which is one clock for all processes of the machine
    makespan_s: float
    setup_s: float
    teardown_s: float
    cpu_user_s: float
    cpu_system_s: float
    voluntary_switches: int | None
    involuntary_switches: int | None
    peak_memory_bytes: int | None
    items_ok: int
    bytes_received: int | None
    item_start_s: list[float]  # of each item, counted from start_clock_s, as are the ends
    item_end_s: list[float]
    item_cpu_s: list[float | None]  # None where nobody knows whose it was
    item_thread: list[int]  # numbered in the order of first appearance


class NotMeasured(NamedTuple):
    """Answer that there is no measurement, and why."""

    status: Status
    reason: str


Answer = Union[Ready, Checking, Measurement, NotMeasured]
ANSWERS: dict[str, type[Any]] = {kind.__name__: kind for kind in (Ready, Checking, Measurement, NotMeasured)}


def answer_to_json(answer: Answer) -> str:
    """Write an answer as a line without its end."""
    return json.dumps({"answer": type(answer).__name__, **answer._asdict()})


def answer_from_json(line: str) -> Answer:
    """Read what ``answer_to_json`` wrote."""
    fields = json.loads(line)
    answer: Answer = ANSWERS[fields.pop("answer")](**fields)
    return answer._replace(status=Status(answer.status)) if isinstance(answer, NotMeasured) else answer


def metrics_to_json(metrics: Sequence[Metric]) -> str:
    """Write the metrics of a probe."""
    return json.dumps([metric._asdict() for metric in metrics])


def metrics_from_json(text: str) -> list[Metric]:
    """Read what ``metrics_to_json`` wrote."""
    return [Metric(**{**fields, "status": Status(fields["status"])}) for fields in json.loads(text)]
