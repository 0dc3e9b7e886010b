"""Name how a run or a micro-benchmark ended. Standard library alone, Python 3.9 or newer."""

from __future__ import annotations

from enum import Enum


class Status(str, Enum):
    """Say whether a run or a metric counts, or why not. ``str()`` gives the text used in CSV, JSON and messages."""

    OK = "ok"
    FAILED = "failed"
    TIMEOUT = "timeout"
    INVALID = "invalid"
    INTERFERED = "interfered"
    SERVER_BOUND = "server-bound"
    SKIPPED = "skipped"
    MISSING = "missing"

    def __str__(self) -> str:
        return self.value
