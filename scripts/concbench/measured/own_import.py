"""Import a file of the user's own work, in the measured process and in its worker processes.

Standard library alone, Python 3.9 or newer. Worker processes started by spawn or forkserver import this inside the timed
region.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import signal
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from concbench.measured.children import keep_accounts
from concbench.measured.errors import WorkFailed, describe, line_in

if TYPE_CHECKING:
    from types import ModuleType

WHERE = signal.SIGUSR2  # has the measured process write where its threads are to its log
OTHER_NAME = "own_work"  # the module's name if an installed module has the file's
PACKAGES = ("site-packages", "dist-packages")  # folders of installed packages
REMEDIES = (  # each for errors whose text contains the words
    ("relative import", "Its folder is no package: add an __init__.py there, or import without the dot."),
    ("No module named", f"Install it for {sys.executable}, or put it beside the file."),
    ("daemonic processes", 'Put what starts processes under `if __name__ == "__main__":`.'),
    ("bootstrapping phase", 'Put what starts processes under `if __name__ == "__main__":`.'),
)


class MissingModule(ImportError, WorkFailed):
    """Report that this Python can't import the file; the only argument describes it."""


class Source(NamedTuple):
    """Say which file it is, how it is imported, and which of its functions are used. Worker processes get this."""

    file: str  # as the user named it, for messages
    path: str
    root: str  # the folder from which it is imported
    module: str  # its name in ``sys.modules``; unpickling in another process needs it
    folder: str  # in which the measured process was started
    process: int  # the measured process
    do: str | None
    do_async: str | None
    open: str | None
    open_shared: str | None
    open_async: str | None


def name_for(module: str, path: str) -> str:
    """Return the name under which to import a file that is in no package: its own, unless an installed module has that."""
    try:
        found = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return OTHER_NAME
    return module if found is None or found.origin == path else OTHER_NAME


def add_to_path(root: str) -> None:
    """Have Python find the modules beside the file: after those of the standard library, before installed ones."""
    if root not in sys.path:
        places = (number for number, folder in enumerate(sys.path) if folder.endswith(PACKAGES))
        sys.path.insert(next(places, len(sys.path)), root)


@cache
def load(source: Source) -> ModuleType:
    """Import the file. Raise MissingModule if it needs one, and WorkFailed if it fails; both name file and line."""
    add_to_path(source.root)
    try:
        module = imported(source)
    except ImportError as error:
        raise MissingModule(fault(source, error, str(error))) from error
    except BaseException as error:
        raise WorkFailed(fault(source, error, describe(error))) from error
    found = getattr(module, "__file__", None) or ""
    if os.path.realpath(found) != source.path:
        raise WorkFailed(f"{source.file} was not imported, because {found} is {source.module}, too. Rename one of them.")
    return module


def imported(source: Source) -> ModuleType:
    """Import a file of a package by its name, so that relative imports work, and any other by its path."""
    if "." in source.module or source.path.endswith("__init__.py"):
        return importlib.import_module(source.module)
    spec = importlib.util.spec_from_file_location(source.module, source.path)
    assert spec  # its name ends with .py
    assert spec.loader
    module = sys.modules[source.module] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fault(source: Source, error: BaseException, text: str) -> str:
    """Say where importing the file failed, and what to do if that is known."""
    number = line_in(error, source.path)
    where = f", line {number}" if number else ""
    remedies = [remedy for words, remedy in REMEDIES if words in text]
    return f"cannot import {source.file}{where}: {text}. {next(iter(remedies), 'Correct it.')}"


class NotLoaded:
    """Stand in for the file in a worker process that can't import it: whatever is called fails, and says why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __getattr__(self, name: str) -> Any:
        def fail(*_: object) -> Any:
            raise WorkFailed(self.reason)

        return fail


def load_in_worker(source: Source) -> Any:
    """Import the file in a worker process. If that fails, return what has its items fail by the same error.

    It is imported as in the measured process: in the folder in which that one was started. If it doesn't go to another folder
    itself, return to the worker's own.
    """
    try:
        if source.process == os.getpid():  # in a subinterpreter
            return load(source)
        here = Path.cwd()
        os.chdir(source.folder)
        module = load(source)
        if str(Path.cwd()) == source.folder:
            os.chdir(here)
        keep_accounts()
    except Exception as error:
        return NotLoaded(describe(error) if isinstance(error, WorkFailed) else str(error))
    return module
