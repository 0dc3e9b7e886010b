"""List what the server saw of each request of a run.

The server imports this, so that it needs nothing else of the records.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Requests:
    """List what the server saw of each request, in the order of its responses, in seconds on the clock of ``ItemTimes``."""

    item: list[int]
    connection: list[int]
    delay_s: list[float]
    received_s: list[float]
    served_s: list[float]  # later than received_s if the request waited in the queue
    released_s: list[float]
