"""Measure one micro-benchmark and print its metrics as JSON; its name is the only argument.

The interpreter under test runs this, on Python 3.9 or newer.
"""

from __future__ import annotations

import importlib
import sys

from concbench.measured.protocol import metrics_to_json


def main() -> None:
    """Print the metrics of one micro-benchmark."""
    print(metrics_to_json(importlib.import_module(f"probes.{sys.argv[1]}").measure()))
