"""Define the messages between the runner and the server: one line each.

The runner sends a ``ServerTask``. The server answers ``SERVING`` as soon as it serves. On ``FINISH``, or at the end of its
input, it answers with its ``ServerLog`` and ends.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from concbench.records.request_times import Requests

SERVING = "serving"
FINISH = "finish"


@dataclass(frozen=True)
class ServedSite:
    """Describe one site: its listening socket, the size of its pages, and a PEM file if it uses TLS."""

    socket: int
    bytes: int
    certificate: str | None


@dataclass(frozen=True)
class ServerTask:
    """Describe what a server serves, and how it delays responses."""

    sites: Sequence[ServedSite]
    delays_s: Sequence[float]  # one for each item
    max_concurrent: int | None = None  # most requests served at a time, over all sites; None: no limit
    connect_delay_s: float = 0.0  # extra delay of a connection's first response
    delay_per_concurrent_s: float = 0.0  # extra delay for each other request being served

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> ServerTask:
        task = json.loads(line)
        return cls(**{**task, "sites": [ServedSite(**site) for site in task["sites"]]})


@dataclass(frozen=True)
class ServerLog:
    """Answer with the server's log; its moments are by ``perf_counter``, one clock for the whole machine."""

    connections: int  # accepted
    cpu_s: float  # CPU seconds of the server since it was ready
    requests: Requests
    dropped_connections: int = 0  # connections that clients had to try again, because the server's queue was full

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> ServerLog:
        log = json.loads(line)
        return cls(**{**log, "requests": Requests(**log["requests"])})
