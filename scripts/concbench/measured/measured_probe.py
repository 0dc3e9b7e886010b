"""Measure one micro-benchmark in a fresh process of the interpreter under test, on Python 3.9 or newer.

Its arguments are the micro-benchmark's name and the numbers of two pipes, for tasks and for answers. It gets no task, and
answers with the metrics. Its output goes to a log.
"""

from __future__ import annotations

import importlib
import os
import sys

from concbench.measured.api import Metric
from concbench.measured.errors import describe, log_error
from concbench.measured.protocol import metrics_to_json
from concbench.measured.status import Status


def nothing(status: Status, reason: str) -> Metric:
    """Make a metric without a name and a value, with the status and reason of the whole micro-benchmark."""
    return Metric("", None, "", status, reason)


def answer(name: str) -> str:
    """Return the metrics of a micro-benchmark as JSON; if it fails, or returns something else, one metric that says why."""
    try:
        return metrics_to_json(importlib.import_module(f"probes.{name}").measure())
    except BaseException as error:
        log_error()
        return metrics_to_json([nothing(Status.FAILED, describe(error))])


def main() -> None:
    """Answer with the metrics of one micro-benchmark."""
    name, _, answers = sys.argv[1:]
    del sys.argv[1:]
    os.set_inheritable(int(answers), False)
    with os.fdopen(int(answers), "w", encoding="utf-8") as file:
        file.write(f"{answer(name)}\n")
