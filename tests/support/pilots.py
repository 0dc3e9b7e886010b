"""Make up what a pilot found, for tests of plans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from concbench.campaign.own_file import OwnFileFacts
from concbench.measured.pilot_answer import PilotAnswer, SpeedUp
from concbench.records.pilot import Pilot

Ladder = Sequence[tuple[int, float]]  # workers and speed-up
IN_PROPORTION = [(2, 2.0), (4, 4.0), (8, 7.9), (16, 15.5), (32, 30.0), (64, 55.0)]
UP_TO_EIGHT = [(2, 2.0), (4, 3.9), (8, 7.0), (16, 7.2)]
NO_GAIN = [(2, 0.95)]
TWO_CPUS = [(2, 1.8), (4, 1.8)]


def pilot(
    item_s: float = 0.05,
    cpu_share: float = 1.0,
    threads: Ladder = (),
    tasks: Ladder = (),
    idle: float = 0.0,
    busy: float = 0.0,
    **other: Any,
) -> Pilot:
    """Return a pilot of ten items that take ``item_s`` each, with a CPU for a share of that; ``other`` fields as given."""
    found: dict[str, Any] = {
        "python": "CPython 3.11.7",
        "import_s": 0.01,
        "modules": 10,
        "make_s": 0.0,
        "make_item_s": 0.0,
        "items_available": None,
        "elapsed_s": item_s * 10,
        "items_done": 10,
        "item_s": [item_s] * 10,
        "thread_cpu_s": cpu_share * item_s * 10,
        "process_cpu_s": cpu_share * item_s * 10,
        "children_cpu_s": 0.0,
        "delay_s": 0.0,
        "resource_open_s": 0.0,
        "threads": [SpeedUp(*step) for step in threads],
        "cannot_thread": None,
        "async_item_s": [],
        "tasks": [SpeedUp(*step) for step in tasks],
        "cannot_await": None,
        "item_bytes": 100.0,
        "result_bytes": 100.0,
        "pickle_s": 5e-6,
        "cannot_pickle": None,
        "numeric_libraries": [],
        "peak_memory_bytes": 20_000_000,
        "notes": [],
    }
    return Pilot(PilotAnswer(**{**found, **other}), idle, busy)


def facts(**other: Any) -> OwnFileFacts:
    """Return what is known of a file my_work.py with items() and do(item), except for the fields given."""
    usual: dict[str, Any] = {
        "path": Path("/home/me/my_work.py"),
        "root": Path("/home/me"),
        "module": "my_work",
        "function": None,
        "do": "do",
        "do_async": None,
    }
    return OwnFileFacts(**{**usual, **other})


WAITING = pilot(0.05, 0.02, threads=IN_PROPORTION)
FULL = pilot(0.05, 0.02, threads=UP_TO_EIGHT)
HOLDS = pilot(0.002, threads=NO_GAIN)
PROFILES = {
    "waiting": WAITING,
    "waiting for a server of eight": FULL,
    "computing": HOLDS,
    "computing in C": pilot(0.002, threads=TWO_CPUS),
    "short": pilot(2e-5, threads=NO_GAIN),
    "shorter": pilot(1e-6, threads=[(2, 0.5)]),
    "numeric": pilot(0.02, process_cpu_s=0.38, threads=NO_GAIN),
    "three items": pilot(0.1, 0.02, threads=[(2, 2.0)], items_available=3),
    "slow to make": pilot(0.002, make_item_s=0.001, threads=NO_GAIN),
}
