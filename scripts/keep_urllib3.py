"""urllib3 for requests, also beside niquests: that one's urllib3-future puts itself in the place of urllib3 when Python starts.

    python scripts/keep_urllib3.py .venv requirements/base.txt

Each library is then measured on the urllib3 that its users have; niquests takes its own by its own name. To be called whenever
niquests has been installed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from locked_packages import install, pins

HOOK = "urllib3_future.pth"


def keep_urllib3(environment: Path, lock: Path) -> str | None:
    """Install the lock's urllib3 again where it was replaced, and keep it; why not, where it can't be had."""
    replaced = [hook.parent for hook in environment.glob(f"lib/*/site-packages/{HOOK}")]
    for packages in replaced:
        (packages / HOOK).unlink()
        for folder in packages.glob("urllib3-*.dist-info"):
            shutil.rmtree(folder)
        shutil.rmtree(packages / "urllib3")
    return install(pins(lock)["urllib3"], environment / "bin" / "python") if replaced else None


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environment", type=Path, help="a virtual environment")
    parser.add_argument("lock", type=Path, help="requirements with hashes, urllib3 among them")
    arguments = parser.parse_args()
    sys.exit(keep_urllib3(arguments.environment, arguments.lock))
