"""Time a whole command."""

from __future__ import annotations

import subprocess
import sys
from time import perf_counter

from concbench.common.paths import ROOT


def seconds_for(*command: str) -> float:
    """Return the seconds that a command takes. If it fails, exit with its output."""
    start = perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return perf_counter() - start
