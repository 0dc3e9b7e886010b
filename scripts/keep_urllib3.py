"""Restore the urllib3 of requests in an environment in which niquests was installed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from concbench.environment.keep_urllib3 import keep_urllib3

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment", type=Path, help="a virtual environment")
    parser.add_argument("lock", type=Path, help="requirements file with hashes that pins urllib3")
    arguments = parser.parse_args()
    sys.exit(keep_urllib3(arguments.environment, arguments.lock))
