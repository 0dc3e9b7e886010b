"""Write environment.yml, for conda and mamba, with the pins of a lock file."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

# The newest Python must have wheels for all pins; immutables has none for 3.14. Check again after `make lock`.
# (connection-pool has no wheel for any Python, but needs no compiler.)
PYTHONS = ">=3.11,<3.14"
PIN = re.compile(r"^([A-Za-z0-9][\w.\-]*==[^\\]+?)\s*\\$", re.MULTILINE)
HEAD = f"""\
# The environment for conda and mamba: conda env create --file environment.yml
# Made from requirements/base.txt by `make lock`; don't edit it by hand.
name: concurrency
channels:
  - conda-forge
  - bioconda
  - nodefaults
dependencies:
  - python {PYTHONS}
  - pip
  - pip:
"""


def environment(lock: str) -> str:
    """Return the text of environment.yml for the text of a lock file."""
    pins = PIN.findall(lock)
    return HEAD + "".join(f"      - {pin}\n" for pin in pins)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lock", type=Path, help="lock file to read, requirements/base.txt")
    parser.add_argument("environment", type=Path, help="file to write, environment.yml")
    arguments = parser.parse_args()
    arguments.environment.write_text(environment(arguments.lock.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
