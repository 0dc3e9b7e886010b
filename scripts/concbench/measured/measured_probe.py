"""Measure a probe, whose name is this process's only argument, and print its metrics as JSON.

Run by the interpreter that the probe is of, any Python from 3.9 on.
"""

from __future__ import annotations

import importlib
import sys

from concbench.measured.protocol import metrics_to_json


def main() -> None:
    """Print the metrics of one probe."""
    print(metrics_to_json(importlib.import_module(f"probes.{sys.argv[1]}").measure()))
