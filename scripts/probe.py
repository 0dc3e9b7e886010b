"""Measure one probe of one block and write its record."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path

import plugins


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("probe", choices=plugins.names("probes"))
    parser.add_argument("--block", required=True, type=int)
    parser.add_argument("--record", required=True, type=Path, help="file to write, as JSON")
    arguments = parser.parse_args()
    metrics = importlib.import_module(f"probes.{arguments.probe}").measure()
    record = {"probe": arguments.probe, "block": arguments.block, "metrics": [metric._asdict() for metric in metrics]}
    arguments.record.write_text(json.dumps(record), encoding="utf-8")
    figures = ", ".join(f"{metric.metric} {metric.value:.3g}" for metric in metrics)
    print(f"block {arguments.block}  {arguments.probe}  {figures}", file=sys.stderr)


if __name__ == "__main__":
    main()
