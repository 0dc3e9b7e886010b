"""Snakemake's temporary files, in a folder of its process's own: those of a process that was killed can be told, and go.

Snakemake would have the runs' files there as well, and there a socket's path, which the kernel limits, would be too long.
"""

from __future__ import annotations

import atexit
import os
import platform
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from concbench.common.variables import USUAL_VARIABLE

TEMPORARY = Path(".snakemake") / "temporary"
LONGEST = 108 - len("/run-12345678/pymp-12345678/listener-12345678") - 1  # unix(7), and what multiprocessing makes of it


def for_sockets(folder: str) -> str:
    """The folder for temporary files, or /tmp if a socket in it would have too long a path."""
    return folder if len(os.fsencode(folder)) <= LONGEST else "/tmp"


def use_own_folder() -> None:
    """From now on this process has its temporary files there; where that can't be, they stay where they usually are."""
    with suppress(OSError):
        here = f"{platform.node()}-"  # the checkout may be on a disk that several machines share
        for folder in TEMPORARY.glob(f"{here}*"):
            if not Path("/proc", folder.name.removeprefix(here)).exists():
                shutil.rmtree(folder, ignore_errors=True)
        usual = tempfile.gettempdir()
        own = (TEMPORARY / f"{here}{os.getpid()}").resolve()
        own.mkdir(parents=True)
        os.environ[USUAL_VARIABLE] = for_sockets(usual)
        atexit.register(shutil.rmtree, own, ignore_errors=True)
        tempfile.tempdir = str(own)
