"""Make something once for all workers of a pytest session."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def session_folder(factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all workers of a session share."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that ``make`` fills. The first worker makes it, and the others wait.

    If that fails, the next worker tries again, in another folder.
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
