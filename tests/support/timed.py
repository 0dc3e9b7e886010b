"""Known runs to look into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from concbench.drawing.timed_runs import TimedRun
from concbench.drawing.timeline import rows
from concbench.records.rows import ItemRow, RunRow

# Item 0 has 15 ms of CPU time in the 30 ms that are its own, item 1 none in 40 ms.
DOWNLOADS = (
    ItemRow("io-two", 1, 0, 0, 0.01, 0.15, cpu_s=0.015, connection=3, received_s=0.02, served_s=0.03, released_s=0.13),
    ItemRow("io-two", 1, 1, 1, 0.02, 0.12, cpu_s=0.0, connection=2, received_s=0.04, served_s=0.04, released_s=0.10),
)


def timed(items: Sequence[ItemRow], model: str = "thread_pool", controlled: bool = True, **run: Any) -> TimedRun:
    """Return a run with these items, of 160 ms unless ``run`` says otherwise."""
    known = {"makespan_s": 0.16, "setup_s": 0.01, "teardown_s": 0.01, "workers": 2, **run}
    row = RunRow(configuration="io-two", experiment="io", model=model, block=1, **known)
    return TimedRun(row, "2 downloads", "threading, 2 workers", rows(items), controlled)
