"""Store what the pilot found out about the user's own function, and what was planned from it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from concbench.common.atomic import write_whole
from concbench.measured.pilot_answer import PilotAnswer

PILOT = "pilot.json"  # beside the campaign's results
LEAST_S = 1e-9


@dataclass(frozen=True)
class Pilot:
    """Describe the user's work as the pilot saw it."""

    answer: PilotAnswer
    idle_background_cpu: float  # share of the CPU time that other programs used before or after the pilot, from 0 to 1
    background_cpu: float  # the same while it worked

    @property
    def item_s(self) -> float:
        """Return the mean, since a few long items may take most of a job's time."""
        return self.running_s / self.answer.items_done

    @property
    def running_s(self) -> float:
        """Return how long the items took, without the time for which others used the CPU."""
        return max(self.answer.elapsed_s - self.answer.delay_s, self.answer.thread_cpu_s, LEAST_S)

    @property
    def cpu_share(self) -> float:
        """Return the CPU time that items use, in all their threads and programs, as a share of the time that they run."""
        return (self.answer.process_cpu_s + self.answer.children_cpu_s) / self.running_s

    @property
    def own_threads_share(self) -> float:
        """Return the CPU time that other threads of the process use, as a share of the time that items run."""
        return max(0.0, self.answer.process_cpu_s - self.answer.thread_cpu_s) / self.running_s

    def fields(self) -> dict[str, Any]:
        """Return it as JSON can have it."""
        return {**asdict(self), "answer": self.answer._asdict()}

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> Pilot:
        """Read what ``fields`` returned. Raise TypeError or KeyError if it is something else."""
        return cls(**{**fields, "answer": PilotAnswer.from_fields(fields["answer"])})

    def write(self, path: Path) -> None:
        write_whole(path, json.dumps(self.fields()) + "\n")

    @classmethod
    def read(cls, path: Path) -> Pilot:
        return cls.from_fields(json.loads(path.read_bytes()))


@dataclass(frozen=True)
class PilotRecord:
    """Record a pilot and the campaign that was planned from it."""

    pilot: Pilot
    key: str  # fingerprint of all that the plan depends on
    config: str  # hash of the config that was written
    said: Sequence[str]  # lines for the console
    expected_s: Mapping[str, float]  # elapsed time of each configuration

    def write(self, path: Path) -> None:
        write_whole(path, json.dumps({**asdict(self), "pilot": self.pilot.fields()}, indent=1) + "\n")

    @classmethod
    def read(cls, path: Path) -> PilotRecord | None:
        """Read a record; None if there is none, or it is damaged."""
        try:
            fields = json.loads(path.read_bytes())
            return cls(**{**fields, "pilot": Pilot.from_fields(fields["pilot"])})
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
