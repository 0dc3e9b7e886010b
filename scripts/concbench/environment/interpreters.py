"""Make an environment for each interpreter under test, once, with uv, from one lock for all versions of Python.

The pipeline's own Python, and one that is already in a virtual environment, are used as they are. Packages without a wheel
for an interpreter are left out and noted.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from concbench.common.atomic import write_whole
from concbench.common.formatting import one_line
from concbench.common.paths import ROOT
from concbench.common.processes import output_of
from concbench.environment.interpreter_command import INDEX, Command, environments, needs_environment
from concbench.environment.keep_urllib3 import keep_urllib3
from concbench.environment.locked_packages import install, is_lack, pins, run_module
from concbench.environment.locks import hold, say
from concbench.environment.measured_environment import undisturbed

LOCK = ROOT / "requirements" / "interpreters.txt"
MADE = INDEX.parent
OLDEST = Version("3.9")
NAMES = {"cpython": "CPython", "pypy": "PyPy"}
RECIPE = 2  # raise it after a change in how environments are made
NOT_FOUND = 127  # exit status of a shell if the command doesn't exist
ANSWER_S = 30  # time limit for an interpreter to print its version
ASK = "import sys; print(sys.implementation.name, '.'.join(map(str, sys.version_info[:2])))"


class NotAnInterpreter(Exception):
    """Report that a command in the config doesn't start a Python that can be measured."""


@dataclass(frozen=True)
class Python:
    """Describe an interpreter: its implementation, ``cpython`` or ``pypy``, and its version up to the minor number."""

    executable: Path
    implementation: str
    version: Version

    @property
    def markers(self) -> dict[str, str]:
        """The values of a requirement's marker that differ between the interpreters of this machine."""
        return {
            "implementation_name": self.implementation,
            "platform_python_implementation": NAMES.get(self.implementation, self.implementation),
            "python_full_version": f"{self.version}.0",
            "python_version": str(self.version),
        }


def asked(path: Path, variables: Mapping[str, str], name: str) -> Python | None:
    """Run an interpreter and return its implementation and version; None for a stub of one that isn't installed, as pyenv has.

    Raise NotAnInterpreter if it doesn't answer like a Python, or is too old.
    """
    try:
        answer = output_of([str(path), "-c", ASK], {**undisturbed(os.environ), **variables}, ANSWER_S)
    except subprocess.TimeoutExpired as error:
        raise NotAnInterpreter(one_line(f"interpreters.{name}: {path} did not answer within {ANSWER_S} s.")) from error
    except OSError as error:
        raise NotAnInterpreter(one_line(f"interpreters.{name}: cannot start {path} ({error}).")) from error
    if answer.status == NOT_FOUND:
        return None
    said = answer.out.split()
    if len(said) != 2 or not said[1].replace(".", "").isdecimal():
        printed = (answer.err or answer.out).strip().partition("\n")[0]
        instead = f"It printed {printed!r}." if printed else f"It ended with exit status {answer.status}."
        raise NotAnInterpreter(one_line(f"interpreters.{name}: {path} is not a Python 3 interpreter. {instead}"))
    if Version(said[1]) < OLDEST:
        message = f"interpreters.{name}: {path} is Python {said[1]}. The oldest that can be measured is {OLDEST}."
        raise NotAnInterpreter(one_line(message))
    return Python(path, said[0], Version(said[1]))


def make(python: Python) -> Path:
    """Return the Python of an interpreter's environment, after making it if necessary: one for each interpreter and lock."""
    executable = python.executable.resolve()
    basis = f"{RECIPE} {executable} {executable.stat().st_mtime_ns}".encode() + LOCK.read_bytes()
    folder = MADE / f"{python.implementation}{python.version}-{hashlib.sha256(basis).hexdigest()[:12]}"
    made = folder / "bin" / "python"
    if (folder / "lacks.json").exists():
        return made
    say(one_line(f"Making an environment for {python.executable} in {folder.relative_to(ROOT)}"))
    shutil.rmtree(folder, ignore_errors=True)
    done = run_module("uv", "venv", "--quiet", "--python", str(python.executable), str(folder))
    if done.status:
        why = done.err.strip() or f"uv ended with exit status {done.status}"
        raise NotAnInterpreter(one_line(f"cannot make an environment for {python.executable}: {why}"))
    wanted = pins(LOCK, python.markers)
    missing = {}
    if install("".join(wanted.values()), made):  # some have no wheel
        missing = {name: reason for name, pin in wanted.items() if (reason := install(pin, made))}
    broken = [reason for reason in missing.values() if not is_lack(reason)]  # as by a network that fails
    if not broken and (reason := keep_urllib3(folder, LOCK, lambda pin: install(pin, made))):
        broken.append(reason)
    if not broken and len(missing) == len(wanted):  # so wheels are not the problem
        broken.extend(missing.values())
    if broken:  # the environment would lack them for good
        raise NotAnInterpreter(f"{python.executable}: cannot install its packages ({broken[0]}).")
    write_whole(folder / "lacks.json", json.dumps(missing, indent=1))
    return made


def prepare(interpreters: Mapping[str, str]) -> None:
    """Make the environments that these interpreters (commands by name) lack. Raise NotAnInterpreter."""
    needed: dict[str, Python | None] = {}
    for name, text in interpreters.items():
        command = Command.of(text)
        path = command.path
        if path is None:
            continue  # its runs will be skipped
        python = asked(path, command.variables, name)
        if needs_environment(path):
            needed[str(path.absolute())] = python
    if needed:
        MADE.mkdir(exist_ok=True)
        with hold(MADE / ".lock", wait=lambda holder: say(f"Waiting for {holder}, which is making environments")):
            made = {path: str(make(python)) if python else "" for path, python in needed.items()}
            write_whole(INDEX, json.dumps({**environments(), **made}, indent=1) + "\n")
