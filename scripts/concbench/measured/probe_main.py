"""The process that measures a probe, whose name is its only argument: prints its metrics as JSON.

Run by the interpreter that the probe is of, any Python from 3.9 on.
"""

from __future__ import annotations

import importlib
import json
import sys


def main() -> None:
    metrics = importlib.import_module(f"probes.{sys.argv[1]}").measure()
    json.dump([metric._asdict() for metric in metrics], sys.stdout)
