"""Your own work: a Python file with ``items(size, seed)``, which returns the items, and ``do(item)``, which does one of them.

If the file also has ``async def do_async(item)``, models with an event loop can run it. After the run, outside the timed
part, ``do`` is called again on a few fresh items. Their results must be the same as those of the run.

Options:
    file: Path of the Python file, relative to the folder of the Snakefile.
"""

from __future__ import annotations

import importlib.util
import pickle
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from concbench.measured.api import WrongResult, nothing_async

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager, AbstractContextManager
    from types import ModuleType

CHECKED = 8  # number of results compared, evenly spaced
NAME = "own_work"  # the file's module name; unpickling in another process needs it


@cache
def load(file: str) -> ModuleType:
    """Import the file. Raise ImportError if it needs a missing module and RuntimeError if it fails; both name the file."""
    spec = importlib.util.spec_from_file_location(NAME, file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[NAME] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except ImportError as error:
        raise ImportError(f"cannot import {file}: {error}") from error
    except Exception as error:
        raise RuntimeError(f"cannot import {file}: {type(error).__name__}: {error}") from error
    return module


@dataclass(frozen=True)
class Workload:
    file: str

    seed = 0  # from which the items were made

    def __post_init__(self) -> None:
        if not Path(self.file).is_file():
            raise FileNotFoundError(f"no file {self.file}")
        load(self.file)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Load the file in the process that unpickles this object."""
        self.__dict__.update(state)
        load(self.file)

    def items(self, size: int, seed: int) -> list[Any]:
        object.__setattr__(self, "seed", seed)
        made = list(load(self.file).items(size, seed))
        if len(made) != size:
            raise ValueError(f"items({size}, {seed}) in {self.file} returned {len(made)} items")
        return made

    def open(self) -> AbstractContextManager[None]:
        return nullcontext()

    def do(self, resource: None, item: Any) -> Any:
        return load(self.file).do(item)

    def open_async(self) -> AbstractAsyncContextManager[None]:
        return nothing_async()

    async def do_async(self, resource: None, item: Any) -> Any:
        return await load(self.file).do_async(item)

    def check(self, items: Sequence[Any], results: Sequence[Any]) -> None:
        if len(results) != len(items):
            raise WrongResult(f"got {len(results)} results for {len(items)} items")
        fresh = list(load(self.file).items(len(items), self.seed))
        for place in sorted({round(part * (len(items) - 1) / (CHECKED - 1)) for part in range(CHECKED)}):
            if not alike(items[place], fresh[place]):
                raise WrongResult(f"item {place} was changed by the code in {self.file}: do() must leave items unchanged")
            expected = load(self.file).do(fresh[place])
            if not alike(results[place], expected):
                raise WrongResult(f"do() in {self.file} gave a different result for item {place} when it was called again")


def alike(one: Any, other: Any) -> bool:
    """Compare two values, also where ``==`` doesn't answer.

    Parts that are equal only to themselves are compared part by part. Arrays and the like are compared by their pickles.
    """
    if type(one) is not type(other):
        return equal(one, other)
    if equal(one, other):
        return True
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    equality: Any = type(one).__eq__
    if equality is object.__eq__ and hasattr(one, "__dict__"):
        return alike(vars(one), vars(other))
    return pickled(one) == pickled(other)


def equal(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except Exception:  # arrays have no single answer
        return False


def pickled(value: Any) -> bytes:
    """Pickle, unpickle and pickle again, as on the way through a process: one shared part may have become two."""
    return pickle.dumps(pickle.loads(pickle.dumps(value)))
