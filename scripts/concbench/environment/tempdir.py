"""Put Snakemake's temporary files in a folder named by its process, so that those of a killed process can be deleted.

Snakemake would put the runs' files there as well, but then paths of sockets would exceed the kernel's limit.
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
LONGEST = 108 - len("/run-12345678/pymp-12345678/listener-12345678") - 1  # limit of unix(7), less what multiprocessing appends


def for_sockets(folder: str) -> str:
    """Return the folder for temporary files, or /tmp if the paths of sockets in it would be too long."""
    return folder if len(os.fsencode(folder)) <= LONGEST else "/tmp"


def use_own_folder() -> None:
    """Put this process's temporary files in its own folder. If that fails, leave them where they usually are."""
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
