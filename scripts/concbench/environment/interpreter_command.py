"""Find the Python that does a run: that of its interpreter's environment, or the interpreter itself.

Every run does this, so it imports little. ``interpreters.py`` makes the environments.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from concbench.common.paths import ROOT

INDEX = ROOT / ".interpreters" / "environments.json"  # the environment's Python, by the interpreter's path
COMMAND = re.compile(r"(?P<variables>(?:[A-Za-z_]\w*=\S*\s+)*)(?P<program>.*)", re.DOTALL)


@dataclass(frozen=True)
class Command:
    """Describe how to start an interpreter: a program, and environment variables, as in ``PYTHON_GIL=1 python3.14t``."""

    program: str
    variables: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> Command:
        parts = COMMAND.fullmatch(text)
        assert parts  # anything is at least a program
        pairs = (one.partition("=") for one in parts["variables"].split())
        return cls(parts["program"], {name: value for name, _, value in pairs})

    @property
    def path(self) -> Path | None:
        """Where the program is; None if it doesn't exist."""
        found = shutil.which(self.program)
        return Path(found) if found else None


def measured_python(text: str) -> Command | None:
    """Return the Python of an interpreter's environment, or the interpreter itself; None if it doesn't exist."""
    command = Command.of(text)
    path = command.path
    if path is None:
        return None
    made = environments() if needs_environment(path) else {}
    program = made.get(str(path.absolute()), str(path))
    return replace(command, program=program) if program else None


def needs_environment(path: Path) -> bool:
    """Check that a Python is neither the pipeline's own nor one of a virtual or a conda environment."""
    marked = any((path.parent.parent / mark).exists() for mark in ("pyvenv.cfg", "conda-meta"))
    return path.parent != Path(sys.executable).parent and not marked


def environments() -> dict[str, str]:
    """Return the Pythons of the environments made so far, by their interpreters' paths; empty text if there is none."""
    return texts_in(INDEX)


def lacks(python: Command) -> dict[str, str]:
    """Return the packages that an environment lacks, each with the reason."""
    return texts_in(Path(python.program).parent.parent / "lacks.json")


def texts_in(path: Path) -> dict[str, str]:
    """Return the texts by name in a file; none if it isn't there or is damaged. It is written again when it is needed."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return {name: text for name, text in found.items() if isinstance(text, str)} if isinstance(found, dict) else {}
