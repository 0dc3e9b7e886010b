"""Read the packages that a lock pins, and install them, each file verified by its hash."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from concbench.common.processes import Output, output_of

INSTALL_S = 1800  # time limit for uv or pip
TIMED_OUT = 124  # exit status of timeout(1)
NO_SUCH = "unsatisfiable"  # in what uv says where no file of the package suits the interpreter


def pins(lock: Path, markers: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the packages of a lock, each with the lines that pin it and its hashes.

    A lock for several versions of Python may pin a package several times, each with a marker. If ``markers`` has the values of
    an interpreter, only the pins that apply to it are returned.
    """
    found: dict[str, str] = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        if not line.startswith(" "):
            name, _, pin = line.partition("==")
            marker = pin.removesuffix("\\").partition(" ; ")[2]
            applies = not (markers and marker) or applies_to(marker, markers)
        if applies:
            found[name] = f"{found.get(name, '')}{line}\n"
    return found


def applies_to(marker: str, values: Mapping[str, str]) -> bool:
    """Return whether a requirement's marker holds for these values of its variables, and this Python's of the others."""
    from packaging.markers import Marker  # here, because `make` has none, and the runner starts faster without it

    return Marker(marker).evaluate(dict(values))


def install(requirements: str, python: Path) -> str | None:
    """Install pinned packages in the environment of ``python``, each file verified by its hash.

    Use uv, and if it fails pip, which may be configured for a mirror that uv doesn't know. Return why both failed, or None.
    """
    with NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write(requirements)
        file.flush()
        what = ("--only-binary", ":all:", "--no-deps", "--require-hashes", "--requirement", file.name)
        done = run_module(
            "uv", "pip", "install", "--system-certs", "--quiet", "--compile-bytecode", "--python", str(python), *what
        )
        if done.status == 0:
            return None
        by_pip = run_module("pip", "--python", str(python), "install", "--quiet", "--compile", *what)
    if by_pip.status == 0:
        return None
    said = done.err if NO_SUCH in done.err else f"{done.err} {by_pip.err}"
    return " ".join(said.split()) or "no reason given"


def is_lack(reason: str) -> bool:
    """Return whether a package couldn't be installed because there is none for the interpreter, rather than by accident."""
    return NO_SUCH in reason or ("No matching distribution" in reason and "connection broken" not in reason)


def run_module(name: str, *arguments: str) -> Output:
    """Run a module of the pipeline's own Python as a command. If it takes too long, its output says so."""
    kept = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "UV_PYTHON")}
    try:
        return output_of([sys.executable, "-m", name, *arguments], kept, INSTALL_S, file_bytes=None)  # packages are large
    except subprocess.TimeoutExpired:
        return Output(TIMED_OUT, "", f"{name} took more than {INSTALL_S} s")
