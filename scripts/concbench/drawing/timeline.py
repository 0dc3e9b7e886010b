"""Reconstruct a run from its items: rows of threads, processes or tasks, and what they did when. Pure functions.

An item's times are its start, its end, the server's delay of its response, and its CPU time. It is not measured when within the
rest of the item the CPU time was spent, so that time is spread evenly over the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from concbench.records.rows import ItemRow


class Doing(Enum):
    """An item's activity, with its caption and its colour."""

    def __init__(self, caption: str, colour: str) -> None:
        self.caption, self.colour = caption, colour

    WORKING = "working (the item's CPU time)", "#0173b2"
    QUEUEING = "queueing (GIL, event loop, connection, CPU)", "#f3b26b"
    DELAYED = "waiting (the server delays the response)", "#cfe5f2"
    IN_SERVER_QUEUE = "in the server's queue", "#d9d9d9"
    NOT_KNOWN = "working or queueing (unknown which)", "#bdd5c4"
    NOT_WORKING = "waiting or queueing (unknown which)", "#f0e2ee"


@dataclass(frozen=True)
class Span:
    """A part of an item. In a row of height 1 it fills ``low`` to ``high``, which is its share of the time."""

    doing: Doing
    start_s: float
    end_s: float
    low: float = 0.0
    high: float = 1.0


def spans(item: ItemRow, controlled: bool) -> list[Span]:
    """Cut an item into parts; ``controlled`` tells whether all its waits are known, as with our own server or none."""
    assert item.start_s is not None and item.end_s is not None
    received, served, released = item.received_s, item.served_s, item.released_s
    if received is None or served is None or released is None:
        gaps, waits = [(item.start_s, item.end_s)], []
    else:
        gaps = [(item.start_s, received), (released, item.end_s)]
        waits = [Span(Doing.IN_SERVER_QUEUE, received, served), Span(Doing.DELAYED, served, released)]
    rest_s = sum(end - start for start, end in gaps)
    share = min(1.0, (item.cpu_s or 0.0) / rest_s) if rest_s > 0 else 0.0
    other = Doing.NOT_KNOWN if item.cpu_s is None else Doing.QUEUEING if controlled else Doing.NOT_WORKING
    found = [*waits]
    for start, end in gaps:
        found += [Span(Doing.WORKING, start, end, 0.0, share), Span(other, start, end, share, 1.0)]
    return [span for span in found if span.end_s > span.start_s and span.high > span.low]


def rows(items: Sequence[ItemRow]) -> list[list[ItemRow]]:
    """Group the items into rows by thread, in the order of first starts.

    Items of a thread that overlap, such as tasks, go on as many rows as they need, each on the first that is free.
    """
    found: list[list[ItemRow]] = []
    threads: dict[int, list[list[ItemRow]]] = {}
    for item in sorted(items, key=lambda item: item.start_s or 0):
        own = threads.setdefault(item.thread or 0, [])
        free = next((row for row in own if (row[-1].end_s or 0) <= (item.start_s or 0)), None)
        if free is None:
            free = []
            own.append(free)
            found.append(free)
        free.append(item)
    return found


def grouped(rows: Sequence[list[ItemRow]], most: int) -> list[list[list[ItemRow]]]:
    """Divide the rows into at most ``most`` groups of neighbours, which are as large as each other, give or take a row."""
    count = min(len(rows), most)
    ends = [round(place * len(rows) / count) for place in range(count + 1)] if count else []
    return [list(rows[begin:end]) for begin, end in pairwise(ends)]
