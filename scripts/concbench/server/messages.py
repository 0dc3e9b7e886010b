"""Say what the runner and the server tell each other, a line each.

The runner sends a ``ServerTask``; the server answers ``SERVING`` once it does. At ``FINISH``, or at the end of its input,
it answers with its ``ServerLog`` and ends.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from concbench.records.run_record import Requests

SERVING = "serving"
FINISH = "finish"


@dataclass(frozen=True)
class ServedSite:
    """Tell where one kind of page is served; ``certificate`` names a PEM file where it is served over TLS."""

    socket: int
    bytes: int
    certificate: str | None


@dataclass(frozen=True)
class ServerTask:
    """Tell a server what to serve, and how."""

    sites: Sequence[ServedSite]
    delays_s: Sequence[float]  # of each item
    max_concurrent: int | None = None  # requests served at once, over all sites; None: no limit
    connect_delay_s: float = 0.0  # by which the first request of a connection is delayed besides
    delay_per_concurrent_s: float = 0.0  # by which a request is delayed besides, for each other one that is being served

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> ServerTask:
        task = json.loads(line)
        return cls(**{**task, "sites": [ServedSite(**site) for site in task["sites"]]})


@dataclass(frozen=True)
class ServerLog:
    """Answer with what the server saw; the moments of ``requests`` are by perf_counter, one clock for the whole machine."""

    connections: int  # accepted
    cpu_s: float  # of the server, from when it was ready
    requests: Requests

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> ServerLog:
        log = json.loads(line)
        return cls(**{**log, "requests": Requests(**log["requests"])})
