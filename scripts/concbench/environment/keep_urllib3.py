"""urllib3 for requests, also beside niquests: that one's urllib3-future puts itself in the place of urllib3 when Python starts.

Each library is then measured on the urllib3 that its users have; niquests takes its own by its own name. To be called whenever
niquests has been installed.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from concbench.environment.locked_packages import install, pins

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
