"""Empty the caches in the user's file: the pilot does items again and again, and a run does each of them once.

The pilot alone uses this. Standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

from contextlib import suppress
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

SEVERAL = 2  # results in a cache, from which on they are those of items; one may be what all items need, such as a model


def empty_caches(module: Any, of_items: Collection[Any]) -> None:
    """Empty the caches of a file's functions, as ``functools.cache`` makes them.

    A cache with a single result stays, unless its function is among those of an item, ``of_items``.
    """
    for function in list(vars(module).values()):
        if is_cached(function):
            with suppress(Exception):  # another library's may be unlike those of functools
                if function.cache_info().currsize >= SEVERAL or any(function is one for one in of_items):
                    function.cache_clear()


def is_cached(function: Any) -> bool:
    """Check whether a function has a cache, without asking an object that might answer to any name."""
    return hasattr(type(function), "cache_clear") or (isinstance(function, FunctionType) and "cache_clear" in vars(function))
