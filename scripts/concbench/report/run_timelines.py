"""Put the runs' items into the page, compactly, for timelines that zoom and pan (templates/run_timelines.js draws them).

A run becomes lists of whole numbers, most of them differences, which are small. As compressed JSON an item takes some 20 bytes.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise

from concbench.drawing.timed_runs import Phase, TimedRun
from concbench.drawing.timeline import Doing
from concbench.records.rows import ItemRow

TICKS_PER_S = 10_000_000  # the resolution of items.csv
MOST_BYTES = 1_000_000  # for all runs, of a page below 5 MB
OVERHEAD = "overhead"
Shape = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Activity:
    """A line of the legend. The style sheet has its colour, by its name."""

    name: str
    caption: str


ACTIVITIES = (
    *(Activity(doing.name.lower(), doing.caption) for doing in Doing),
    Activity(OVERHEAD, "set-up and tear-down of pool, loop or sessions"),
)  # in the order in which they are stacked, from below


@dataclass(frozen=True)
class RunData:
    """One run as the page has it. All times are in ticks; items are listed row by row, and in a row by their start."""

    length: int
    setup: int
    teardown: int
    rows: Sequence[str]  # their names
    counts: Sequence[int]  # items in each row
    items: Sequence[int]  # each item's number less that of the item before
    connections: Sequence[int | None]  # empty if no item has one
    starts: Sequence[int]  # from the end of the item before in its row, or from the start of the run
    shapes: Sequence[Shape]  # the different ways to cut an item into phases, and these into activities
    shape: Sequence[int]  # of each item: its place in ``shapes``
    amounts: Sequence[int]  # for each item, each of its phases and each activity in that: its time


@dataclass(frozen=True)
class Timeline:
    """A configuration's run in the page; ``data`` is None where the page has no room for it."""

    label: str
    trace: str  # the file, relative to the page
    data: str | None


def ticks(moment_s: float | None) -> int:
    return round((moment_s or 0) * TICKS_PER_S)


def amounts(phase: Phase) -> list[int]:
    """Divide a phase among its activities, to the tick."""
    ends, done = [ticks(phase.start_s)], 0.0
    length = ticks(phase.end_s) - ends[0]
    for _, share in phase.shares:
        done += share
        ends.append(ends[0] + round(done * length))
    return [after - before for before, after in pairwise(ends)]


def differences(values: Sequence[int]) -> list[int]:
    return [after - before for before, after in pairwise([0, *values])]


def starts(row: Sequence[ItemRow]) -> list[int]:
    """Return the time before each item of a row."""
    ends = [0, *(ticks(item.end_s) for item in row)]
    return [ticks(item.start_s) - end for item, end in zip(row, ends)]


def run_data(run: TimedRun) -> RunData:
    """List what the page draws of a run."""
    items = [item for row in run.rows for item in row]
    phases = [run.phases(item) for item in items]
    shapes = [tuple(tuple(doing.name.lower() for doing, _ in phase.shares) for phase in cut) for cut in phases]
    places = {shape: place for place, shape in enumerate(dict.fromkeys(shapes))}
    connected = any(item.connection is not None for item in items)
    return RunData(
        length=ticks(run.run.makespan_s),
        setup=ticks(run.run.setup_s),
        teardown=ticks(run.run.teardown_s),
        rows=run.row_names,
        counts=[len(row) for row in run.rows],
        items=differences([item.item for item in items]),
        connections=[item.connection for item in items] if connected else [],
        starts=[start for row in run.rows for start in starts(row)],
        shapes=list(places),
        shape=[places[shape] for shape in shapes],
        amounts=[amount for cut in phases for phase in cut for amount in amounts(phase)],
    )


def encoded(data: RunData) -> str:
    """Return a run's data as text for an attribute: compressed JSON in base64."""
    text = json.dumps(asdict(data), separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def timelines(runs: Iterable[TimedRun]) -> Mapping[str, Sequence[Timeline]]:
    """Return the timelines of each experiment. Where the page has no room for all, it has the smallest ones."""
    found: dict[str, list[Timeline]] = {}
    for run in runs:
        found.setdefault(run.run.experiment, []).append(Timeline(run.label, run.trace, encoded(run_data(run))))
    sizes = sorted(len(one.data or "") for own in found.values() for one in own)
    largest = largest_that_fits(sizes)
    return {
        name: [one if len(one.data or "") <= largest else replace(one, data=None) for one in own] for name, own in found.items()
    }


def largest_that_fits(sizes: Sequence[int]) -> int:
    """Return the largest of some sorted sizes that fits into the page with all that are not larger."""
    total = 0
    for place, size in enumerate(sizes):
        total += size
        if total > MOST_BYTES:
            return max((smaller for smaller in sizes[:place] if smaller < size), default=0)
    return sizes[-1] if sizes else 0
