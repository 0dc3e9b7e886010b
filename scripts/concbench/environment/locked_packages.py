"""Packages of a lock: what it pins, and their installation in an environment, each file verified by its hash."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

NO_SUCH = "unsatisfiable"  # in what uv says where no file of the package suits the interpreter


def pins(lock: Path, markers: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the lock's packages, each with the lines that pin it and its hashes.

    A lock for several versions of Python may pin a package several times, each with a marker. ``markers`` are an
    interpreter's values of their variables: with them, only the pins that hold for it are returned.
    """
    found: dict[str, str] = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        if not line.startswith(" "):
            name, _, pin = line.partition("==")
            marker = pin.removesuffix("\\").partition(" ; ")[2]
            applies = not (markers and marker) or holds(marker, markers)
        if applies:
            found[name] = f"{found.get(name, '')}{line}\n"
    return found


def holds(marker: str, values: Mapping[str, str]) -> bool:
    """Return whether a requirement's marker holds for these values of its variables, and this Python's of the others."""
    from packaging.markers import Marker  # here, because `make` has none, and the runner starts faster without it

    return Marker(marker).evaluate(dict(values))


def install(requirements: str, python: Path) -> str | None:
    """Install what is pinned, each file verified by its hash, in the environment of ``python``; why not, where it can't be.

    By uv, or where only pip knows the way to a mirror, by pip.
    """
    with NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write(requirements)
        file.flush()
        what = ("--only-binary", ":all:", "--no-deps", "--require-hashes", "--requirement", file.name)
        done = run_module(
            "uv", "pip", "install", "--system-certs", "--quiet", "--compile-bytecode", "--python", str(python), *what
        )
        if done.returncode == 0:
            return None
        by_pip = run_module("pip", "--python", str(python), "install", "--quiet", "--compile", *what)
    if by_pip.returncode == 0:
        return None
    said = done.stderr if NO_SUCH in done.stderr else f"{done.stderr} {by_pip.stderr}"
    return " ".join(said.split()) or "no reason given"


def is_lack(reason: str) -> bool:
    """Return whether a package couldn't be installed because there is none for the interpreter, rather than by accident."""
    return NO_SUCH in reason or ("No matching distribution" in reason and "connection broken" not in reason)


def run_module(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module of the pipeline's own Python as a command."""
    kept = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "UV_PYTHON")}
    return subprocess.run([sys.executable, "-m", name, *arguments], capture_output=True, text=True, env=kept, check=False)
