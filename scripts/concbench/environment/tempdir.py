"""Keep temporary files in folders that are deleted however their processes end.

Snakemake's are in a folder named by its process. Each run has another in the user's folder for temporary files: in
Snakemake's, paths of sockets would exceed the kernel's limit. A run's folder is locked (flock(2)) while one of its
processes lives. So a process, even in another container, can tell an abandoned folder from one in use.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import select
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path

from concbench.common.paths import SCRIPTS
from concbench.common.processes import end_processes
from concbench.common.variables import USUAL_VARIABLE

TEMPORARY = Path(".snakemake") / "temporary"
RUN = "concbench-run-"  # a run's folder is named by this and eight letters
LONGEST = 108 - len(f"/{RUN}12345678/pymp-12345678/listener-12345678") - 1  # limit of unix(7), less multiprocessing's part


def for_sockets(folder: str) -> str:
    """Return the folder for temporary files, or /tmp if the paths of sockets in it would be too long."""
    return folder if len(os.fsencode(folder)) <= LONGEST else "/tmp"


def own_folder(process: int) -> Path:
    """Return the folder for a process's temporary files. It names the machine, as several may share the checkout's disk."""
    return TEMPORARY / f"{os.uname().nodename}-{process}"


def use_own_folder() -> None:
    """Put this process's temporary files in its own folder. If that fails, leave them where they usually are.

    Delete what killed processes have left.
    """
    with suppress(OSError):
        for folder in TEMPORARY.glob(f"{os.uname().nodename}-*"):
            process = folder.name.rpartition("-")[2]
            if process == str(os.getpid()) or not Path("/proc", process).exists():  # ours may have had another's number
                shutil.rmtree(folder, ignore_errors=True)
        usual = for_sockets(tempfile.gettempdir())
        own = own_folder(os.getpid()).resolve()
        own.mkdir(parents=True)
        os.environ[USUAL_VARIABLE] = usual
        remove_abandoned(Path(usual))
        remove_after_this_process()
        atexit.register(shutil.rmtree, own, ignore_errors=True)
        tempfile.tempdir = str(own)


def remove_after_this_process() -> None:
    """Start a process that waits for this one to end, however it ends, and then deletes what is left (see ``main``)."""
    waiting = subprocess.Popen(
        [sys.executable, "-P", "-m", "concbench.environment.tempdir", str(os.getpid())],
        env={**os.environ, "PYTHONPATH": str(SCRIPTS)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # a signal to the terminal's processes doesn't reach it
    )
    waiting.returncode = 0  # nobody waits for it


def main() -> None:
    """Wait until the process named by the command line ends. Delete its folder, and the folders that its runs abandoned."""
    process = int(sys.argv[1])
    own = own_folder(process).resolve()
    with suppress(ProcessLookupError):
        select.select([os.pidfd_open(process)], [], [])
    shutil.rmtree(own, ignore_errors=True)
    remove_abandoned(Path(os.environ[USUAL_VARIABLE]))


def make_run_folder() -> Path:
    """Make a folder for a run's temporary files, and lock it until this process and all that it forks have ended.

    Raise OSError if that fails.
    """
    while True:
        folder = Path(tempfile.mkdtemp(prefix=RUN, dir=os.environ.get(USUAL_VARIABLE)))
        with suppress(BlockingIOError, FileNotFoundError):  # ``remove_abandoned`` was faster than the lock
            lock(folder)
            if folder.exists():
                return folder


def empty_run_folder() -> None:
    """Delete what an attempt at a run has left in the run's folder: the next attempt must not find its caches."""
    folder = Path(os.environ.get("TMPDIR", ""))
    if folder.name.startswith(RUN) and folder.is_dir():
        for path in folder.iterdir():
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def lock(folder: Path) -> int | None:
    """Lock a folder, and return its descriptor, which keeps the lock; None if the disk has no locks.

    Raise BlockingIOError if it is in use.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError):
            raise
        return None
    return descriptor


def remove_abandoned(usual: Path) -> None:
    """Delete the folders of this user's runs whose runners were killed, and end the processes that they left behind."""
    for folder in usual.glob(f"{RUN}????????"):
        with suppress(OSError):  # it is in use, or another process removes it
            if folder.lstat().st_uid != os.geteuid():
                continue
            descriptor = lock(folder)
            if descriptor is not None:
                end_processes(partial(processes_of, folder))
                shutil.rmtree(folder, ignore_errors=True)
                os.close(descriptor)


def processes_of(folder: Path) -> list[int]:
    """Return the processes that keep their temporary files in this folder."""
    variable = b"\0TMPDIR=" + os.fsencode(folder) + b"\0"
    found = []
    for process in (int(entry.name) for entry in os.scandir("/proc") if entry.name.isdecimal()):
        with suppress(OSError):  # it has ended, or is another user's
            if process != os.getpid() and variable in b"\0" + Path(f"/proc/{process}/environ").read_bytes():
                found.append(process)
    return found


if __name__ == "__main__":
    main()
