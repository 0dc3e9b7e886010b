"""Print the progress line after each run and micro-benchmark: how many are done, and the time left."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from time import time

from concbench.common.formatting import duration, printable
from concbench.common.variables import STARTED_VARIABLE


@dataclass(frozen=True)
class Step:
    """Describe one run or micro-benchmark that is still to be measured.

    ``until_s`` is the forecast for all steps up to and including this one, and ``after_s`` for those after it, in seconds.
    """

    place: int
    steps: int
    until_s: float
    after_s: float
    title: str = ""
    then: str = "tables and figures"  # after the last step

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    def line(self, result: str, elapsed_s: float) -> str:
        """Return the progress line. The time left is the forecast, scaled by the pace so far."""
        pace = elapsed_s / self.until_s if self.until_s > 0 else 1.0
        left = f"{duration(pace * self.after_s)} left" if self.place < self.steps else f"{self.then} next"
        return f"[{self.place} of {self.steps}, {left}]  {self.title}{'  ' * bool(self.title)}{result}"


def say(result: str, step: str | None, title: str) -> None:
    """Print a result on the console.

    Args:
        result: The result, such as ``0.302 s``.
        step: The step as JSON. Its line is printed only if the pipeline has a terminal.
        title: What was measured, if there is no step because the user has run the command by hand.
    """
    result = printable(result)
    if step is None:
        print(f"{title}  {result}", file=sys.stderr)
    elif STARTED_VARIABLE in os.environ:
        elapsed_s = time() - float(os.environ[STARTED_VARIABLE])
        print(Step(**json.loads(step)).line(result, elapsed_s), file=sys.stderr, flush=True)
