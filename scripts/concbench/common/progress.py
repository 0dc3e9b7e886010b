"""The line that each run and probe ends with on the console: how far the invocation is, and how long it will go on."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from time import time

from concbench.common.formatting import duration
from concbench.common.variables import STARTED_VARIABLE


@dataclass(frozen=True)
class Step:
    """One run or probe of those still to be measured: its place, and how long those up to it, and after it, should take."""

    place: int
    steps: int
    until_s: float
    after_s: float

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    def line(self, said: str, elapsed_s: float) -> str:
        """What the console shows once it is done; the time left is the forecast at the pace so far."""
        pace = elapsed_s / self.until_s if self.until_s > 0 else 1.0
        left = f"{duration(pace * self.after_s)} left" if self.place < self.steps else "now tables and figures"
        return f"[{self.place} of {self.steps}, {left}]  {said}"


def say(said: str, step: str | None) -> None:
    """Print the line of a step, given as JSON, where somebody watches; without a step, which is by hand, what is said alone."""
    if step is None:
        print(said, file=sys.stderr)
    elif STARTED_VARIABLE in os.environ:
        print(Step(**json.loads(step)).line(said, time() - float(os.environ[STARTED_VARIABLE])), file=sys.stderr, flush=True)
