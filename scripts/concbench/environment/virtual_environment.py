"""Make a virtual environment that is whole or isn't there, whatever interrupts it.

It is made beside its place, and moved there when it is whole; further packages go into a copy that takes its place. It can be
moved because no file in it that matters names its folder: scripts look for their Python beside themselves. ``make`` runs this
with any Python from 3.11 on, so it needs the standard library alone.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from concbench.common.paths import ROOT, SCRIPTS
from concbench.environment.keep_urllib3 import keep_urllib3
from concbench.environment.locked_packages import pins
from concbench.environment.locks import ended_by_signals, hold, say

BASE = ROOT / "requirements" / "base.txt"
READY = "ready"  # the mark of an environment with its first packages; further packages have a mark of their own
RECIPE = 1  # raised when environments are made in another way
STEP_S = 3600  # time limit for one of the programs that make it
NOT_INHERITED = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "UV_PYTHON", "PIP_TARGET", "PIP_PREFIX", "PIP_USER")
PYTHON_SCRIPT = re.compile(rb"#!(?:/bin/sh\n'''exec' .*\n' '''|.*/bin/(?:python|pypy)[\d.]*)\n")
LAUNCHER = b"""#!/bin/sh
'''exec' "$(dirname -- "$(realpath -- "$0")")"/python "$0" "$@"
' '''
"""
# Snakemake imports modules for a second before ``workflow.start`` can catch Ctrl-C; meanwhile there would be a traceback.
QUIET = b"import signal; signal.signal(signal.SIGINT, signal.SIG_DFL)\n"
VARIABLE = re.compile(r"^(\s*(?:export |setenv |set -gx )?VIRTUAL_ENV[= ])(?!\$).*/.*$", re.MULTILINE)


@dataclass(frozen=True)
class Building:
    """An environment in the making."""

    folder: Path
    lock: int  # descriptor of the lock; programs that write here inherit it, so the lock outlasts this process

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def run(self, *command: str | Path, check: bool = True) -> bool:
        """Run a program, and return whether it succeeded.

        Raise CalledProcessError if it failed, unless ``check`` is false, and TimeoutExpired if it takes too long.
        """
        environment = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        done = subprocess.run(list(map(str, command)), env=environment, pass_fds=[self.lock], check=check, timeout=STEP_S)
        return done.returncode == 0

    def create(self, prompt: str) -> None:
        """Make it, with nothing but pip, and uv as it is locked."""
        self.run(sys.executable, "-m", "venv", "--prompt", prompt, self.folder)
        with self.as_lock(pins(BASE)["uv"]) as uv:
            self.pip_install([uv])

    def copy(self, place: Path) -> None:
        """Make it a copy of an environment, by links to its files: installers put new files in the place of old ones.

        They write over a file only where two packages have one of the same path: niquests has urllib3's.
        """
        shutil.copytree(place, self.folder, symlinks=True, copy_function=link)
        for shared in self.folder.glob("lib/*/site-packages/urllib3"):
            shutil.rmtree(shared)
            shutil.copytree(place / shared.relative_to(self.folder), shared, symlinks=True)

    @contextmanager
    def as_lock(self, pin: str) -> Iterator[Path]:
        """Provide a lock of one package, given the lines that pin it."""
        path = self.folder / "pin.txt"
        path.write_text(pin, encoding="utf-8")
        yield path
        path.unlink()

    def pip_install(self, locks: Sequence[Path]) -> None:
        command = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir", "--no-compile")
        self.run(self.python, *command, "--require-hashes", *named(locks))

    def install(self, locks: Sequence[Path]) -> None:
        """Install all that is locked, each file verified by its hash.

        uv is several times as fast as pip. Behind a mirror that only pip knows, pip does it.
        """
        uv = ("pip", "install", "--python", self.python, "--quiet", "--no-cache", "--require-hashes")
        if not self.run(self.folder / "bin" / "uv", *uv, *named(locks), check=False):
            self.pip_install(locks)

    def install_pin(self, pin: str) -> None:
        with self.as_lock(pin) as lock:
            self.install([lock])

    def compile(self, place: Path) -> None:
        """Compile all modules, as of their place to be: otherwise each start would, with PYTHONDONTWRITEBYTECODE.

        Some packages have files that no Python can compile.
        """
        moved = ("-s", self.folder, "-p", place)
        self.run(self.python, "-m", "compileall", "-qq", "-j", "0", *moved, self.folder / "lib", check=False)
        self.run(self.python, "-m", "compileall", "-qq", SCRIPTS, check=False)

    def move(self, place: Path, old: Path) -> None:
        """Put it in its place, where one may be already."""
        os.sync()  # so that no power failure leaves less than what the place's name promises
        if place.exists():
            place.rename(old)
        try:
            self.folder.rename(place)
        except BaseException:
            if old.exists() and not place.exists():
                old.rename(place)
            raise


def make(folder: Path, mark: str, locks: Sequence[Path]) -> None:
    """Make the environment, or for another mark than READY add packages to it, unless another process just has.

    Raise SystemExit, with what is there unchanged, if that fails.
    """
    place = Path(os.path.realpath(folder))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        lock = place.with_name(f"{place.name}.lock")
        with ended_by_signals(), hold(lock, lambda holder: say(f"Waiting for {holder}, which is making {folder}.")) as held:
            digest = digest_of(locks)
            if (place / mark).exists() and (place / mark).read_text(encoding="utf-8") == digest:
                (place / mark).touch()
            else:
                build(place, mark, locks, digest, held.fileno())
    except subprocess.TimeoutExpired as error:
        raise SystemExit(f"{folder}: cannot make this: {shlex.join(error.cmd)} took over an hour.") from error
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"{folder}: cannot make this: {shlex.join(error.cmd)} failed. Fix that, then repeat.") from error
    except OSError as error:
        raise SystemExit(f"{folder}: cannot make this ({error}). Fix that, then repeat the command.") from error


def build(place: Path, mark: str, locks: Sequence[Path], digest: str, lock: int) -> None:
    """Make the environment beside its place, and move it there. Raise OSError, or what ``Building.run`` raises."""
    building, old = Building(place.with_name(f"{place.name}.making"), lock), place.with_name(f"{place.name}.old")
    remove(building.folder, old)
    try:
        if mark == READY:
            building.create(place.name)
        else:
            building.copy(place)
            (building.folder / mark).unlink(missing_ok=True)
        building.install(locks)
        keep_urllib3(building.folder, BASE, building.install_pin)
        building.compile(place)
        make_movable(building.folder, place)
        (building.folder / mark).write_text(digest, encoding="utf-8")
        building.move(place, old)
    finally:
        remove(building.folder, old)


def named(locks: Sequence[Path]) -> list[str]:
    return [argument for lock in locks for argument in ("--requirement", str(lock))]


def link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # as on a file system without links
        shutil.copy2(source, target)


def digest_of(locks: Sequence[Path]) -> str:
    return hashlib.sha256(b"".join([str(RECIPE).encode(), *(lock.read_bytes() for lock in locks)])).hexdigest()


def remove(*folders: Path) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def make_movable(building: Path, place: Path) -> None:
    """Take the folder's path out of its scripts, which may quote it badly; write its place into those that activate it."""
    for path in (building / "bin").iterdir():
        if path.is_symlink() or not path.is_file():
            continue
        content = path.read_bytes()
        header = PYTHON_SCRIPT.match(content)
        if header:
            start = QUIET if path.name == "snakemake" else b""
            replace(path, LAUNCHER + start + content[header.end() :].removeprefix(QUIET))
        elif path.name.startswith("activate"):
            replace(path, VARIABLE.sub(lambda match: match[1] + shlex.quote(str(place)), content.decode()).encode())


def replace(path: Path, content: bytes) -> None:
    """Put a new file of the same mode in the place of one that another environment may share."""
    mode = path.stat().st_mode
    path.unlink()
    path.write_bytes(content)
    path.chmod(mode)
