"""Make a run's trace in the Trace Event Format, which ui.perfetto.dev and chrome://tracing open. Pure functions.

Times are whole microseconds, so that spells end exactly where the items that contain them end; viewers drop those that don't.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from concbench.drawing.timed_runs import Phase, TimedRun
from concbench.drawing.timeline import Doing
from concbench.records.rows import ItemRow

PROCESS = 1
WHOLE_RUN = 1  # the row of the run itself; viewers call the thread with the process's number its main thread
FIRST_ROW = 2
US_PER_S = 1_000_000
IN_FLIGHT = "requests in flight"
CPUS = "CPUs used (mean)"
CALLED = {
    Doing.WORKING: "work",
    Doing.QUEUEING: "queue",
    Doing.DELAYED: "wait",
    Doing.IN_SERVER_QUEUE: "server's queue",
    Doing.NOT_KNOWN: "work or queue",
    Doing.NOT_WORKING: "wait or queue",
}
FACTS = (
    "configuration",
    "block",
    "interpreter",
    "server",
    "workers",
    "size",
    "makespan_s",
    "cpus_used",
    "peak_in_flight",
)  # columns of runs.csv that go into the event of the run
ITEM_FACTS = ("item", "cpu_s", "connection", "received_s", "served_s", "released_s")  # of items.csv, into those of the items


@dataclass(frozen=True)
class Event:
    """One event, with the names that the format gives its fields: ``ts`` and ``dur`` are microseconds, ``tid`` is a row."""

    ph: str  # the kind: M for a name, X for a spell, C for a counter
    name: str
    args: dict[str, object]
    tid: int | None = None
    ts: int | None = None
    dur: int | None = None
    pid: int = PROCESS

    @property
    def known(self) -> dict[str, object]:
        """The fields that have a value."""
        return {name: value for name, value in vars(self).items() if value not in (None, {})}


def us(moment_s: float) -> int:
    return round(moment_s * US_PER_S)


def spell(name: str, row: int, start_us: int, end_us: int, **arguments: object) -> Event:
    """Make an event that has a length."""
    return Event("X", name, arguments, row, start_us, end_us - start_us)


def names(run: TimedRun) -> Iterator[Event]:
    """Name the process and its rows, and number the rows from the top."""
    yield Event("M", "process_name", {"name": run.name})
    for row, name in enumerate(["the run", *run.row_names], WHOLE_RUN):
        yield Event("M", "thread_name", {"name": name}, row)
        yield Event("M", "thread_sort_index", {"sort_index": row}, row)


def whole_run(run: TimedRun) -> Iterator[Event]:
    """Make the events of the run itself: all of it, its set-up and its tear-down."""
    measured = run.run
    end_us = us(measured.makespan_s or 0)
    facts = {name: value for name in FACTS if (value := getattr(measured, name)) is not None}
    yield spell(run.label, WHOLE_RUN, 0, end_us, **facts)
    if measured.setup_s:
        yield spell("set-up", WHOLE_RUN, 0, us(measured.setup_s))
    if measured.teardown_s:
        yield spell("tear-down", WHOLE_RUN, end_us - us(measured.teardown_s), end_us)


def spells(phase: Phase, row: int) -> Iterator[Event]:
    """Make an event for each activity of a phase, one after the other, since a spell has a length and no share."""
    start_us, end_us, done = us(phase.start_s), us(phase.end_s), 0.0
    before_us = start_us
    for doing, share in phase.shares:
        done += share
        after_us = min(end_us, round(start_us + done * (end_us - start_us)))
        if after_us > before_us:
            yield spell(CALLED[doing], row, before_us, after_us)
        before_us = after_us


def item_events(run: TimedRun, item: ItemRow, row: int) -> Iterator[Event]:
    """Make the events of one item: the item with what is known of it, and within it its spells."""
    known = {name: value for name in ITEM_FACTS if (value := getattr(item, name)) is not None}
    yield spell(f"item {item.item}", row, us(item.start_s), us(item.end_s), **known)
    for phase in run.phases(item):
        yield from spells(phase, row)


def in_flight(run: TimedRun) -> Iterator[Event]:
    """Count the requests at the server: from each moment on, those that wait in its queue or for its delay."""
    changes: Counter[int] = Counter()
    for row in run.rows:
        for phase in (phase for item in row for phase in run.phases(item)):
            if any(doing in (Doing.DELAYED, Doing.IN_SERVER_QUEUE) for doing, _ in phase.shares):
                changes[us(phase.start_s)] += 1
                changes[us(phase.end_s)] -= 1
    if changes:
        changes[0] += 0
        requests = 0
        for moment_us in sorted(changes):
            requests += changes[moment_us]
            yield Event("C", IN_FLIGHT, {"requests": requests}, ts=moment_us)


def cpus(run: TimedRun) -> Iterator[Event]:
    """Show how many CPUs the run used on average. When within an item it used them isn't known."""
    if run.run.cpus_used is not None:
        yield Event("C", CPUS, {"CPUs": run.run.cpus_used}, ts=0)
        yield Event("C", CPUS, {"CPUs": 0}, ts=us(run.run.makespan_s or 0))


def events(run: TimedRun) -> list[Event]:
    """Make all events of a run."""
    of_items = [
        event for place, row in enumerate(run.rows, FIRST_ROW) for item in row for event in item_events(run, item, place)
    ]
    return [*names(run), *whole_run(run), *of_items, *in_flight(run), *cpus(run)]


def trace_file(run: TimedRun) -> bytes:
    """Return a run's trace as a file, whose bytes depend on the run alone."""
    content = {"displayTimeUnit": "ms", "traceEvents": [event.known for event in events(run)]}
    return gzip.compress(json.dumps(content, separators=(",", ":")).encode(), mtime=0)
