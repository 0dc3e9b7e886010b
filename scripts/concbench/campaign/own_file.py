"""Read a file of the user's own work for the pipeline, which never imports it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from concbench.common.paths import ROOT
from concbench.measured.own_source import OwnFileError, Place, names_of, parsed, place

__all__ = ["OwnFileError", "OwnFileFacts", "folders_for", "name_of", "place_of", "read_own_file"]

VARIABLES = re.compile(r"\A(?:[A-Za-z_]\w*=\S*\s+)*")  # before an interpreter, whose path may have spaces
PACKAGES = "lib/py*3*/*-packages"  # below the folder above a Python's own


@dataclass(frozen=True)
class OwnFileFacts:
    """Describe a file of the user's own work: where it is, and which parts of the protocol it has."""

    path: Path
    root: Path  # the folder from which it is imported
    module: str  # its name for ``import``
    function: str | None  # the function that the user named instead of do or do_async
    do: str | None  # the name of the function that does an item; None if there is only a coroutine function
    do_async: str | None  # that of its asynchronous twin, if it has one
    has_open: bool = False  # a resource for each worker
    has_open_async: bool = False  # a resource for each event loop
    has_open_shared: bool = False  # a resource for all threads of a process
    has_check: bool = False
    items_listed: int | None = None  # the length of ITEMS; None if it has items(), or if the length is unknown
    has_items: bool = True  # items(size, seed); else it has ITEMS

    @property
    def has_do(self) -> bool:
        return self.do is not None

    @property
    def has_do_async(self) -> bool:
        return self.do_async is not None

    @property
    def provides(self) -> tuple[str, ...]:
        """List which of a workload's methods the file has."""
        return (*(["do"] if self.has_do else []), *(["do_async"] if self.has_do_async else []))


def read_own_file(text: str, folders: Sequence[Path] = (ROOT,)) -> OwnFileFacts:
    """Read what a text means: a path, a module's name, or either with ``:function``. Raise OwnFileError.

    Args:
        text: What the user gave.
        folders: Where to look for modules. Paths are relative to the first.
    """
    found = place_of(text, folders)
    shown = text.removesuffix(f":{found.function}")
    names = names_of(parsed(found.path, shown), shown, found.function)
    return OwnFileFacts(
        path=found.path,
        root=found.root,
        module=found.module,
        function=found.function,
        do=names.do,
        do_async=names.do_async,
        has_open=names.open is not None,
        has_open_async=names.open_async is not None,
        has_open_shared=names.open_shared is not None,
        has_check=names.check is not None,
        items_listed=names.items_listed,
        has_items=names.items is not None,
    )


def place_of(text: str, folders: Sequence[Path] = (ROOT,)) -> Place:
    """Find the file that a text means. Raise OwnFileError."""
    return place(text, folders)


def folders_for(*interpreters: str) -> tuple[Path, ...]:
    """Return where modules are found: the project's folder, and the installed packages of interpreters, by their commands."""
    return tuple(dict.fromkeys((ROOT, *(path for command in interpreters for path in packages_of(command)))))


@cache
def packages_of(command: str) -> tuple[Path, ...]:
    """Return the folders of an interpreter's packages, and those of projects that are installed in place."""
    program = shutil.which(VARIABLES.sub("", command, count=1))
    packages = sorted(Path(program).parent.parent.glob(PACKAGES)) if program else []
    return tuple(one for folder in packages for one in (folder, *in_place(folder)))


def in_place(packages: Path) -> list[Path]:
    """Return the folders that files named .pth add to a folder of packages, as ``pip install --editable`` writes them."""
    lines = [line for file in sorted(packages.glob("*.pth")) for line in text_of(file).splitlines()]
    added = [packages / line for line in lines if line and not line.startswith(("#", "import ", "import\t"))]
    return [folder for folder in added if folder.is_dir()]


def text_of(file: Path) -> str:
    """Return a file's text; empty text if it can't be read."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def name_of(text: str) -> str:
    """Return a short name for what a text means: its function, or the last part of its module."""
    before, _, function = text.rpartition(":") if not text.endswith(".py") else (text, "", "")
    return function if before and function else Path(text).stem if text.endswith(".py") else text.rpartition(".")[2]
