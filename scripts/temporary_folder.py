"""Snakemake's temporary files, in a folder of its process's own: those of a process that was killed can be told, and go."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from contextlib import suppress
from os import getpid
from pathlib import Path

TEMPORARY = Path(".snakemake") / "temporary"


def use_own_folder() -> None:
    """From now on this process has its temporary files there; where that can't be, they stay where they usually are."""
    with suppress(OSError):
        for folder in TEMPORARY.glob("*"):
            if not Path("/proc", folder.name).exists():
                shutil.rmtree(folder, ignore_errors=True)
        own = (TEMPORARY / str(getpid())).resolve()
        own.mkdir(parents=True)
        atexit.register(shutil.rmtree, own, ignore_errors=True)
        tempfile.tempdir = str(own)
