"""Name how a run or a probe came out. Standard library alone, any Python from 3.9 on."""

from __future__ import annotations

from enum import Enum


class Status(str, Enum):
    """Tell whether a run or a figure counts, or why it doesn't; its text is the value, in CSV, JSON and messages alike."""

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
