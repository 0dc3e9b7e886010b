"""An environment for each interpreter under test, made once, with uv, from one lock for all versions of Python.

The pipeline's own Python, and one that is in a virtual environment already, are taken as they are. What an interpreter can't
have, since there is no wheel for it, is left out and noted.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.version import Version

from concbench.common.atomic import write_whole
from concbench.common.formatting import one_line
from concbench.common.paths import ROOT
from concbench.common.processes import output_of
from concbench.environment.keep_urllib3 import keep_urllib3
from concbench.environment.locked_packages import install, is_lack, pins, run_module
from concbench.environment.locks import hold
from concbench.environment.measured_environment import undisturbed

LOCK = ROOT / "requirements" / "interpreters.txt"
MADE = ROOT / ".interpreters"
INDEX = MADE / "environments.json"  # which Python runs the measured processes of an interpreter, by where that one lies
OLDEST = Version("3.9")
NAMES = {"cpython": "CPython", "pypy": "PyPy"}
RECIPE = 2  # raised when environments are made in another way
COMMAND = re.compile(r"(?P<variables>(?:[A-Za-z_]\w*=\S*\s+)*)(?P<program>.*)", re.DOTALL)
NOT_FOUND = 127  # the exit status of a shell that has no such command
ANSWER_S = 30  # time for an interpreter to say what it is
ASK = "import sys; print(sys.implementation.name, '.'.join(map(str, sys.version_info[:2])))"


class NotAnInterpreter(Exception):
    """A command of the config that isn't a Python which can be measured; the text says why."""


@dataclass(frozen=True)
class Command:
    """How the config starts an interpreter: a program, and before it variables to set, as in ``PYTHON_GIL=1 python3.14t``."""

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
        """Where the program lies; None if there is none such."""
        found = shutil.which(self.program)
        return Path(found) if found else None


@dataclass(frozen=True)
class Python:
    """An interpreter as it answers: ``cpython`` or ``pypy``, and its version up to the minor number."""

    executable: Path
    implementation: str
    version: Version

    @property
    def markers(self) -> dict[str, str]:
        """The variables of a requirement's marker that differ from one interpreter of this machine to another."""
        return {
            "implementation_name": self.implementation,
            "platform_python_implementation": NAMES.get(self.implementation, self.implementation),
            "python_full_version": f"{self.version}.0",
            "python_version": str(self.version),
        }


def measured_python(text: str) -> Command | None:
    """Return the Python that measures an interpreter: its environment's, or its own; None if it is missing."""
    command = Command.of(text)
    path = command.path
    if path is None:
        return None
    made = environments() if needs_environment(path) else {}
    program = made.get(str(path.absolute()), str(path))
    return replace(command, program=program) if program else None


def environments() -> dict[str, str]:
    """The Pythons of the environments that have been made, by where their interpreters lie; "" where there is none."""
    made: dict[str, str] = json.loads(INDEX.read_text(encoding="utf-8")) if INDEX.exists() else {}
    return made


def lacks(python: Command) -> dict[str, str]:
    """What the environment of a measured process's Python lacks, since it couldn't be had, each with the reason."""
    path = Path(python.program).parent.parent / "lacks.json"
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def needs_environment(path: Path) -> bool:
    """Whether it is neither the pipeline's own Python nor one of a virtual environment."""
    return path.parent != Path(sys.executable).parent and not (path.parent.parent / "pyvenv.cfg").exists()


def asked(path: Path, variables: Mapping[str, str], name: str) -> Python | None:
    """What the interpreter says of itself; None for a stand-in of one that isn't installed, such as pyenv has.

    Raises NotAnInterpreter where it says nothing that a Python would, or is too old."""
    try:
        answer = output_of([str(path), "-c", ASK], {**undisturbed(os.environ), **variables}, ANSWER_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotAnInterpreter(one_line(f"interpreters.{name}: {path} can't be started: {error}")) from error
    if answer.status == NOT_FOUND:
        return None
    said = answer.out.split()
    if len(said) != 2 or not said[1].replace(".", "").isdecimal():
        instead = (answer.err or answer.out).strip().partition("\n")[0] or f"exit status {answer.status}"
        message = f"interpreters.{name}: {path} doesn't answer as a Python 3 does, but with: {instead}"
        raise NotAnInterpreter(one_line(message))
    if Version(said[1]) < OLDEST:
        raise NotAnInterpreter(
            f"interpreters.{name}: {one_line(str(path))} is Python {said[1]}, and {OLDEST} is the oldest that can be measured"
        )
    return Python(path, said[0], Version(said[1]))


def make(python: Python) -> Path:
    """The Python of the interpreter's environment, which is made if it isn't there: one for each interpreter and lock."""
    executable = python.executable.resolve()
    basis = f"{RECIPE} {executable} {executable.stat().st_mtime_ns}".encode() + LOCK.read_bytes()
    folder = MADE / f"{python.implementation}{python.version}-{hashlib.sha256(basis).hexdigest()[:12]}"
    made = folder / "bin" / "python"
    if (folder / "lacks.json").exists():
        return made
    where = one_line(f"Making the environment of {python.executable}, in {folder.relative_to(ROOT)}")
    print(where, file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    done = run_module("uv", "venv", "--quiet", "--python", str(python.executable), str(folder))
    if done.returncode:
        why = done.stderr.strip() or f"uv ended with exit status {done.returncode}"
        raise NotAnInterpreter(one_line(f"the environment of {python.executable} can't be made: {why}"))
    wanted = pins(LOCK, python.markers)
    missing = {}
    if install("".join(wanted.values()), made):  # not all can be had
        missing = {name: reason for name, pin in wanted.items() if (reason := install(pin, made))}
    broken = [reason for reason in missing.values() if not is_lack(reason)]  # as by a network that fails
    if not broken and (reason := keep_urllib3(folder, LOCK, lambda pin: install(pin, made))):
        broken.append(reason)
    if not broken and len(missing) == len(wanted):  # no matter of wheels
        broken.extend(missing.values())
    if broken:  # rather than an environment that lacks for ever what could be had
        raise NotAnInterpreter(f"the packages for {python.executable} can't be had: {broken[0]}")
    write_whole(folder / "lacks.json", json.dumps(missing, indent=1))
    return made


def prepare(interpreters: Mapping[str, str]) -> None:
    """Make the environments that these interpreters (commands by name) lack. Raises NotAnInterpreter."""
    needed: dict[str, Python | None] = {}
    for name, text in interpreters.items():
        command = Command.of(text)
        path = command.path
        if path is None:
            continue  # its runs will be skipped, and say so
        python = asked(path, command.variables, name)
        if needs_environment(path):
            needed[str(path.absolute())] = python
    if needed:
        MADE.mkdir(exist_ok=True)
        with hold(
            MADE / ".lock", wait=lambda holder: print(f"Waiting for {holder}, which makes environments", file=sys.stderr)
        ):
            made = {path: str(make(python)) if python else "" for path, python in needed.items()}
            write_whole(INDEX, json.dumps({**environments(), **made}, indent=1) + "\n")
