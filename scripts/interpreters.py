"""An environment for each interpreter under test, made once, with uv, from a lock for its version (in interpreters/).

The pipeline's own Python, and one that is in a virtual environment already, are taken as they are. What an interpreter can't
have, since there is no wheel for it, is left out and noted.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

ROOT = Path(__file__).parent.parent
LOCKS = ROOT / "interpreters"
MADE = ROOT / ".interpreters"
INDEX = MADE / "environments.json"  # which Python runs the subjects of an interpreter, by where that one lies
OLDEST = Version("3.9")
ASK = "import sys; print(sys.implementation.name, '.'.join(map(str, sys.version_info[:2])))"


class NotAnInterpreter(Exception):
    """A command of the config that isn't a Python which can be measured; the text says why."""


@dataclass(frozen=True)
class Python:
    """An interpreter as it answers: ``cpython`` or ``pypy``, and its version up to the minor number."""

    executable: Path
    implementation: str
    version: Version


def found(command: str) -> Path | None:
    """Where the command lies; None if there is none such."""
    path = shutil.which(command)
    return Path(path) if path else None


def subject_python(command: str) -> str | None:
    """The Python that runs the subjects of an interpreter: that of its environment, if it has one; None if there is neither."""
    path = found(command)
    if path is None:
        return None
    made: dict[str, str] = json.loads(INDEX.read_text(encoding="utf-8")) if INDEX.exists() else {}
    return made.get(str(path.resolve()), str(path)) if needs_environment(path) else str(path)


def needs_environment(path: Path) -> bool:
    """Whether it is neither the pipeline's own Python nor one of a virtual environment."""
    return path.parent != Path(sys.executable).parent and not (path.parent.parent / "pyvenv.cfg").exists()


def asked(path: Path, name: str) -> Python:
    """What the interpreter says of itself. Raises NotAnInterpreter where it says nothing that a Python would, or is too old."""
    try:
        answer = subprocess.run([str(path), "-c", ASK], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotAnInterpreter(f"interpreters.{name}: {path} can't be started: {error}") from error
    said = answer.stdout.split()
    if len(said) != 2 or not said[1].replace(".", "").isdecimal():
        instead = (answer.stderr or answer.stdout).strip().partition("\n")[0] or f"exit status {answer.returncode}"
        raise NotAnInterpreter(f"interpreters.{name}: {path} doesn't answer as a Python 3 does, but with: {instead}")
    if Version(said[1]) < OLDEST:
        raise NotAnInterpreter(
            f"interpreters.{name}: {path} is Python {said[1]}, and {OLDEST} is the oldest that can be measured"
        )
    return Python(path, said[0], Version(said[1]))


def lock_for(version: Version) -> Path:
    """The lock of this version; for one that is newer than all, the newest. ``make lock`` writes them."""
    locks = {Version(path.stem.removeprefix("python")): path for path in LOCKS.glob("python*.txt")}
    return locks[max(one for one in locks if one <= version)]


def requirements() -> list[str]:
    lines = (LOCKS / "requirements.in").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def make(python: Python) -> Path:
    """The Python of the interpreter's environment, which is made if it isn't there: one for each interpreter and lock."""
    lock = lock_for(python.version)
    basis = f"{python.executable.resolve()} {python.executable.resolve().stat().st_mtime_ns}".encode() + lock.read_bytes()
    folder = MADE / f"{python.implementation}{python.version}-{hashlib.sha256(basis).hexdigest()[:12]}"
    made = folder / "bin" / "python"
    if (folder / "lacks.json").exists():
        return made
    print(f"Making the environment of {python.executable}, in {folder.relative_to(ROOT)}", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    uv("venv", "--quiet", "--python", str(python.executable), str(folder)).check_returncode()
    install = (
        "pip",
        "install",
        "--system-certs",
        "--quiet",
        "--python",
        str(made),
        "--only-binary",
        ":all:",
        "--compile-bytecode",
    )
    done = {name: uv(*install, "--constraints", str(lock), name) for name in requirements()}
    lacks = {name: one.stderr.strip().splitlines()[-1] for name, one in done.items() if one.returncode}
    if len(lacks) == len(done):  # no matter of wheels
        raise NotAnInterpreter(f"the packages for {python.executable} can't be had: {next(iter(lacks.values()))}")
    (folder / "lacks.json").write_text(json.dumps(lacks, indent=1), encoding="utf-8")
    return made


def uv(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "uv"
    kept = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "UV_PYTHON")}
    return subprocess.run([str(program), *arguments], capture_output=True, text=True, env=kept, check=False)


def prepare(interpreters: Mapping[str, str]) -> None:
    """Make the environments that these interpreters (commands by name) lack. Raises NotAnInterpreter."""
    made: dict[str, str] = json.loads(INDEX.read_text(encoding="utf-8")) if INDEX.exists() else {}
    for name, command in interpreters.items():
        path = found(command)
        if path is None:
            continue  # its runs will be skipped, and say so
        python = asked(path, name)
        if needs_environment(path):
            made[str(path.resolve())] = str(make(python))
    if made:
        MADE.mkdir(exist_ok=True)
        unfinished = INDEX.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(made, indent=1), encoding="utf-8")
        unfinished.replace(INDEX)
