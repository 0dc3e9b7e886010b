"""Keep urllib3 for requests although niquests is installed, whose urllib3-future replaces urllib3 when Python starts.

Each library is then measured with the urllib3 that its users have: niquests imports its own by another name. Call this
after every installation of niquests.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from concbench.environment.locked_packages import install, pins

HOOK = "urllib3_future.pth"


def keep_urllib3(environment: Path, lock: Path) -> str | None:
    """Install the lock's urllib3 again if it was replaced. Return why that failed, or None."""
    replaced = [hook.parent for hook in environment.glob(f"lib/*/site-packages/{HOOK}")]
    for packages in replaced:
        (packages / HOOK).unlink()
        for folder in packages.glob("urllib3-*.dist-info"):
            shutil.rmtree(folder)
        shutil.rmtree(packages / "urllib3")
    return install(pins(lock)["urllib3"], environment / "bin" / "python") if replaced else None
