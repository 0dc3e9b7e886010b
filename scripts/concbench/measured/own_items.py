"""Make the items of the user's own work, and refuse those that can't be measured.

Used outside the timed region. Standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from concbench.measured.errors import WorkFailed, describe, line_in
from concbench.measured.results import is_used_up, named

if TYPE_CHECKING:
    from concbench.measured.own_import import Source


def fresh_items(source: Source, module: Any, size: int, seed: int) -> list[Any]:
    """Make items by the file's ``items``, or copy the first ones of its ``ITEMS``. Raise WorkFailed."""
    if not hasattr(module, "items"):
        return copied(source.file, getattr(module, "ITEMS", ()), size)
    try:
        made = list(module.items(size, seed))
    except ImportError:
        raise
    except BaseException as error:
        number = line_in(error, source.path)
        where = f", line {number}" if number else ""
        raise WorkFailed(f"items({size}, {seed}) in {source.file}{where}: {describe(error)}") from error
    if len(made) != size:
        raise WorkFailed(f"{named_items(source, module)} returned {len(made)} items for size {size}. Have it return {size}.")
    return made


def copied(file: str, listed: Sequence[Any], size: int) -> list[Any]:
    """Copy the first items, so that changes of the work can be found. Raise WorkFailed."""
    if not isinstance(listed, Sequence) or isinstance(listed, (str, bytes)):
        raise WorkFailed(f"ITEMS in {file} is a {named(type(listed))}. Expected a list or a tuple: write list(…) around it.")
    if len(listed) < size:
        raise WorkFailed(
            f"ITEMS in {file} has {len(listed)} items, but the size is {size}. Add items, or choose sizes up to {len(listed)}."
        )
    try:
        return copy.deepcopy(list(listed[:size]))
    except Exception as error:
        raise WorkFailed(
            f"ITEMS in {file} can't be copied ({describe(error)}). Define items(size, seed), which makes new ones."
        ) from error


def refuse_used_up(source: str, items: Sequence[Any]) -> None:
    """Raise WorkFailed if an item gives what it has once only, such as an iterator. ``source`` names where it comes from."""
    for number, item in enumerate(items):
        if is_used_up(item):
            raise WorkFailed(
                f"item {number} of {source} has the type {named(type(item))}, which can be used only once."
                " Make items of finished values, such as lists."
            )


def named_in(source: Source, name: str | None, function: Any) -> str:
    """Name a function of the file, with its line if it is defined there."""
    code = getattr(getattr(function, "__wrapped__", function), "__code__", None)
    line = f", line {code.co_firstlineno}," if code and code.co_filename == source.path else ""
    return f"{name}() in {source.file}{line}"


def named_items(source: Source, module: Any) -> str:
    """Name where the items of a file come from."""
    return named_in(source, "items", module.items) if hasattr(module, "items") else f"ITEMS in {source.file}"
