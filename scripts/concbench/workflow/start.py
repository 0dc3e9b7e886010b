"""Check what Snakemake needs before it starts, since its own answer would be a traceback, and end quietly on Ctrl-C.

The default profile and the head of the Snakefile call this.
"""

from __future__ import annotations

import atexit
import getpass
import os
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from concbench.common.paths import ROOT
from concbench.common.variables import USER_VARIABLE

STATE = Path(".snakemake")
REFUSED = {  # characters in the path of the checkout
    "{": "which Snakemake takes for a wildcard",
    "}": "which Snakemake takes for a wildcard",
    ":": "which ends a folder's name in PATH and PYTHONPATH",
}


def end_quietly(number: int, _: FrameType | None) -> None:
    """End this process at once: nothing is running yet that has to be ended first."""
    os.write(2, b"\nStopped before anything was measured.\n")
    atexit._run_exitfuncs()
    os._exit(128 + number)


def prepare_start() -> None:
    """Catch Ctrl-C, and check the folders that Snakemake writes to. Exit with a message if one can't be used."""
    signal.signal(signal.SIGINT, end_quietly)
    for character, why in REFUSED.items():
        if character in str(ROOT):
            sys.exit(f"{ROOT}: the path of this folder contains {character}, {why}. Rename the folder.")
    try:
        STATE.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=STATE):
            pass
    except OSError as error:
        sys.exit(f"{STATE.absolute()}: cannot write this ({error.strerror}). Fix that, then repeat the command.")
    use_own_python()
    use_known_user()
    use_writable_cache()


def use_own_python() -> None:
    """Let ``python`` be the one that runs Snakemake, also if its environment isn't active: commands need the same packages."""
    own, found = Path(sys.executable).parent, shutil.which("python")
    if not found or Path(found).parent != own:
        os.environ["PATH"] = os.pathsep.join([str(own), os.environ.get("PATH", os.defpath)])


def use_known_user() -> None:
    """Give a name to a user who has none, as in some containers: Snakemake asks for it."""
    try:
        getpass.getuser()
    except (KeyError, OSError):
        os.environ[USER_VARIABLE] = f"user{os.getuid()}"


def use_writable_cache() -> None:
    """Put Snakemake's caches in a temporary folder if the user's can't be written."""
    usual = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        folder = Path(usual).expanduser()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return
    except (OSError, RuntimeError):  # or there is no home
        os.environ["XDG_CACHE_HOME"] = str((STATE / "cache").absolute())


def interrupt_once() -> None:
    """Let the first Ctrl-C end the campaign, and ignore more of them, which would interrupt the end itself."""

    def first(number: int, _: FrameType | None) -> None:
        signal.signal(number, lambda *_: None)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, first)


def need_checkout(checkout: Path, configs: Sequence[Path | str]) -> None:
    """Exit with the right command unless Snakemake was started in the folder of its Snakefile: all paths begin there."""
    os.environ.pop("PYTHONSAFEPATH", None)  # commands find the package beside them
    if not Path.cwd().samefile(checkout):
        files = ["--configfile", *(str(Path(one).absolute()) for one in configs)] if configs else []
        command = shlex.join(["snakemake", "--cores", "all", *files])
        sys.exit(
            f"{Path.cwd()}: campaigns start in the folder of the Snakefile. Run: cd {shlex.quote(str(checkout))} && {command}"
        )
