"""Store a micro-benchmark's metrics of one block on disk."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from concbench.common.atomic import write_whole
from concbench.measured.api import Metric
from concbench.measured.status import Status
from concbench.records.run_record import MOST, read_bytes

SHOWN = 3  # metrics that the console shows


@dataclass(frozen=True)
class ProbeRecord:
    """Describe one micro-benchmark of one block, as its file does."""

    probe: str
    interpreter: str | None
    command: str  # starts the interpreter
    block: int
    invocation: str | None
    metrics: list[Metric]
    node: str | None = None

    @property
    def result(self) -> str:
        """Write the result on one line: some metrics, and why others are missing."""
        figures = [f"{one.metric} {one.value:.3g}" for one in self.metrics if one.value is not None]
        more = f" and {len(figures) - SHOWN} more" if len(figures) > SHOWN else ""
        others = [f"{one.status}: {one.reason}" for one in self.metrics if one.status == Status.FAILED]
        return f"{', '.join([*figures[:SHOWN], *others])}{more}"

    def write(self, path: Path) -> None:
        """Write the record completely or not at all."""
        write_whole(path, json.dumps(asdict(self)) + "\n")

    @classmethod
    def read(cls, path: Path) -> ProbeRecord:
        """Read a record. Raise ValueError, which names the file, if it isn't one."""
        import msgspec  # slow to import, and the runner only writes

        try:
            record = msgspec.json.decode(read_bytes(path), type=cls)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise ValueError(f"{path}: this is not a record of a micro-benchmark ({error}).") from error
        for metric in record.metrics:
            if metric.value is not None and not -MOST <= metric.value <= MOST:
                raise ValueError(f"{path}: this is not a record of a micro-benchmark ({metric.metric} is {metric.value:.3g}).")
        return record
