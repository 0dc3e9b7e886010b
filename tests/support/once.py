"""What is made once for all processes of a pytest session, however many workers share its tests."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def session_folder(factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all workers of a session have in common."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that ``make`` fills: whichever worker comes first makes it, and the others wait meanwhile.

    Where making it failed, the next one who asks tries again, in another folder.
    """
    folder = session_folder(factory) / name
    with (session_folder(factory) / f"{name}.lock").open("a+", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        tries = len(lock.read().splitlines())
        done = folder.with_name(f"{name}.made")
        if not done.exists():
            print(f"try {tries + 1}", file=lock, flush=True)
            made = folder.with_name(f"{name}-{tries + 1}")
            made.mkdir()
            make(made)
            done.symlink_to(made)
        return done.resolve()
