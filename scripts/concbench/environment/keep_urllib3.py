"""Keep requests on its own urllib3 beside niquests, whose urllib3-future puts itself in the place of urllib3.

Its wheel has files of that name, and a hook that puts them back at each start of Python. Each library is then measured on
the urllib3 that its users have; niquests takes its own by its own name. To be called whenever niquests has been installed,
as a part of making the environment. Built from source with URLLIB3_NO_OVERRIDE=1 urllib3-future would leave urllib3 alone, but
that takes a build backend, which no lock has, in every environment.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from concbench.environment.locked_packages import pins

HOOK = "urllib3_future.pth"
Outcome = TypeVar("Outcome")


def keep_urllib3(environment: Path, lock: Path, install: Callable[[str], Outcome]) -> Outcome | None:
    """Where it was replaced, have ``install`` put in the lock's urllib3 again, given its pin; return what that returns."""
    replaced = [hook.parent for hook in environment.glob(f"lib/*/site-packages/{HOOK}")]
    for packages in replaced:
        (packages / HOOK).unlink()
        for folder in packages.glob("urllib3-*.dist-info"):
            shutil.rmtree(folder)
        shutil.rmtree(packages / "urllib3")
    return install(pins(lock)["urllib3"]) if replaced else None
