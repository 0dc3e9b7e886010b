"""Keep a probe on disk: which it was, and its figures. Written beside the runs, read when probes are collected."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from concbench.common.atomic import write_whole
from concbench.measured.api import Metric


@dataclass(frozen=True)
class ProbeRecord:
    """Hold one probe of one block, as its file does."""

    probe: str
    interpreter: str | None
    command: str  # that starts the interpreter
    block: int
    invocation: str | None
    metrics: list[Metric]
    node: str | None = None

    def write(self, path: Path) -> None:
        """Write the whole record or none of it."""
        write_whole(path, json.dumps(asdict(self)) + "\n")

    @classmethod
    def read(cls, path: Path) -> ProbeRecord:
        """Read a record. Raises ValueError, naming the file, where it isn't one of a probe."""
        import msgspec  # here, because the runner, which only writes, starts faster without it

        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except msgspec.MsgspecError as error:
            raise ValueError(f"{path}: not a record of a probe: {error}") from error
