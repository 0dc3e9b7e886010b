"""Store on disk what a look at a campaign found: what the blocks after it have to measure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from concbench.common.atomic import write_whole
from concbench.stats.looks import Looks

SCHEDULE = "schedule.json"  # in the folder of looks


@dataclass(frozen=True)
class Look:
    """Describe one look, as its file does."""

    blocks: int  # number of blocks measured before it
    ends: bool  # whether the campaign ends
    configurations: list[str]  # ids of those that the blocks up to the next look hold
    probes: list[str]  # micro-benchmarks in these blocks
    inconclusive: list[str]  # ids of the configurations whose comparisons are inconclusive, and numbers of claims
    used_s: float  # time that all runs so far took

    def write(self, path: Path) -> None:
        """Write the look completely or not at all."""
        write_whole(path, json.dumps(asdict(self), indent=1) + "\n")


def read_look(path: Path) -> Look | None:
    """Read a look; None if it hasn't been taken, or its file is damaged."""
    try:
        return Look(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def read_schedule(looks: Path) -> Looks | None:
    """Read by which schedule looks have been taken, from the folder of looks; None before the first."""
    try:
        return Looks(**json.loads((looks / SCHEDULE).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def write_schedule(looks: Path, schedule: Looks) -> None:
    """Note by which schedule looks are taken, since the confidence level holds for no other."""
    if read_schedule(looks) is None:
        write_whole(looks / SCHEDULE, json.dumps(asdict(schedule)) + "\n")
