"""Your own work: a Python file with ``items(size, seed)``, which returns the items, and ``do(item)``, which does one of them.

If the file also has ``async def do_async(item)``, models with an event loop can run it. After the run, outside the timed
part, ``do`` is called again on a few fresh items. It must give the same results, and leave the items as they are. ``do_async``
is called on two of them, and must not leave tasks running. For results that can't be compared, or differ each time, the file
has ``check(items, results)``. It is called instead, with fresh items and all results, and raises an error or returns False if a
result is wrong.

Options:
    file: Path of the Python file, relative to the folder of the Snakefile.
    numeric_threads: Number of threads of each numeric library, such as NumPy's. Null: as many as in your own programs.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from concbench.measured.api import NoResource
from concbench.measured.children import keep_accounts
from concbench.measured.errors import describe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

NAME = "own_work"  # the file's module name; unpickling in another process needs it


@cache
def load(path: str, file: str) -> ModuleType:
    """Import the file. Raise ImportError if it needs a missing module and RuntimeError if it fails; both name the file."""
    spec = importlib.util.spec_from_file_location(NAME, path)
    if spec is None or spec.loader is None:
        raise RuntimeError(f"cannot import {file}: expected a Python file, whose name ends with .py")
    module = sys.modules[NAME] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except ImportError as error:
        raise ImportError(f"cannot import {file}: {error}") from error
    except BaseException as error:
        raise RuntimeError(f"cannot import {file}: {describe(error)}") from error
    return module


class NotLoaded:
    """Stand in for the file in a worker process that can't import it: its items fail, and say why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(self.reason)


@cache
def load_in_worker(path: str, file: str, folder: str, process: int) -> Any:
    """Import the file in a worker process. If that fails, return what has its items fail by the same error.

    It is imported as in the measured process: in the folder in which that one was started. If it doesn't go to another folder
    itself, return to the worker's own.
    """
    try:
        if process == os.getpid():  # in a subinterpreter
            return load(path, file)
        here = Path.cwd()
        os.chdir(folder)
        module = load(path, file)
        if str(Path.cwd()) == folder:
            os.chdir(here)
        keep_accounts()
    except Exception as error:
        return NotLoaded(str(error))
    return module


@dataclass(frozen=True)
class Workload(NoResource):
    file: str
    numeric_threads: int | None = None  # the runner sets it, by environment variables

    seed = 0  # from which the items were made
    repeated_s = ()  # seconds that each item took that was done again after the run
    module = NotLoaded("not imported yet")  # the file

    def __post_init__(self) -> None:
        path = Path(self.file).absolute()  # the work may go to another folder
        if not path.is_file():
            raise FileNotFoundError(f"no file {self.file}")
        self.__dict__.update(path=str(path), folder=str(Path.cwd()), process=os.getpid())
        self.__dict__["module"] = load(str(path), self.file)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "module"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Load the file in the process that unpickles this object; an error there becomes that of its items."""
        self.__dict__.update(state)
        self.__dict__["module"] = load_in_worker(*(state[name] for name in ("path", "file", "folder", "process")))

    def items(self, size: int, seed: int) -> list[Any]:
        from concbench.measured.own_check import refuse_used_up  # not needed in worker processes, nor below

        self.__dict__["seed"] = seed
        made = list(self.module.items(size, seed))
        if len(made) != size:
            raise ValueError(f"items({size}, {seed}) in {self.file} returned {len(made)} items")
        refuse_used_up(self.file, made)
        return made

    @property
    def function(self) -> Any:
        return self.module.do

    def do(self, resource: None, item: Any) -> Any:
        return self.module.do(item)

    async def do_async(self, resource: None, item: Any) -> Any:
        return await self.module.do_async(item)

    def check(self, items: Sequence[Any], results: Sequence[Any]) -> None:
        from concbench.measured.own_check import check

        self.__dict__["repeated_s"] = check(self.file, self.module, self.seed, items, results)

    def check_loop(self, size: int) -> None:
        """Check that items don't leave tasks behind, unless the file checks itself."""
        from concbench.measured.own_check import refuse_forgotten_tasks

        if not hasattr(self.module, "check"):
            refuse_forgotten_tasks(self.file, self.module.do_async, list(self.module.items(size, self.seed)))
