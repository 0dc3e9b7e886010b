"""Make a virtual environment from locks, or add packages to it; for use by make."""

from __future__ import annotations

import argparse
from pathlib import Path

from concbench.environment.virtual_environment import READY, make

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment", type=Path, help="its folder")
    parser.add_argument("mark", help=f"file that marks it as complete: {READY} makes it anew, another name adds packages")
    parser.add_argument("locks", type=Path, nargs="+", help="requirements with hashes")
    arguments = parser.parse_args()
    make(arguments.environment, arguments.mark, arguments.locks)
