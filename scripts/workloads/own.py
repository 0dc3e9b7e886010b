"""Your own work: a Python file with ``items(size, seed)``, the list of items, and ``do(item)``, which does one of them.

Where it has ``async def do_async(item)`` too, models with an event loop can run it. Some of a run's results are compared with
what ``do`` gives for fresh items afterwards, outside the clock.
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

CHECKED = 8  # results of a run, evenly taken
NAME = "own_work"  # of the file as a module, by which processes find what they unpickle


@cache
def load(file: str) -> ModuleType:
    """Raises ImportError where the file needs a module that isn't there, RuntimeError where it fails; both name it."""
    spec = importlib.util.spec_from_file_location(NAME, file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[NAME] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except ImportError as error:
        raise ImportError(f"{file} needs what isn't there: {error}") from error
    except Exception as error:
        raise RuntimeError(f"{file} can't be imported: {type(error).__name__}: {error}") from error
    return module


@dataclass(frozen=True)
class Workload:
    file: str  # from the folder of the Snakefile

    seed = 0  # that the items were made from

    def __post_init__(self) -> None:
        if not Path(self.file).is_file():
            raise FileNotFoundError(f"there is no file {self.file}")
        load(self.file)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """In another process: as before it was pickled, the file loaded."""
        self.__dict__.update(state)
        load(self.file)

    def items(self, size: int, seed: int) -> list[Any]:
        object.__setattr__(self, "seed", seed)
        made = list(load(self.file).items(size, seed))
        if len(made) != size:
            raise ValueError(f"items({size}, {seed}) of {self.file} gave {len(made)} items")
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
            raise WrongResult(f"{len(results)} results of {len(items)}")
        fresh = list(load(self.file).items(len(items), self.seed))
        for place in sorted({round(part * (len(items) - 1) / (CHECKED - 1)) for part in range(CHECKED)}):
            if not alike(items[place], fresh[place]):
                raise WrongResult(f"do() of {self.file} changed its item {place}: items must be left as they are")
            expected = load(self.file).do(fresh[place])
            if not alike(results[place], expected):
                raise WrongResult(f"do() of {self.file} gave another result for item {place} when it was done again")


def alike(one: Any, other: Any) -> bool:
    """Whether they are equal, or have equal parts where they are equal to themselves alone; arrays: whether pickled alike."""
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
    """As after a way through a process, where parts that were one object may have become two."""
    return pickle.dumps(pickle.loads(pickle.dumps(value)))
