"""Compare results part by part, and recognize those that stand for work that has not been done.

Used outside the timed region. Standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

import copyreg
import types
from collections import deque
from itertools import chain, islice
from typing import Any

LOOKED_AT = 100  # parts of a container that are looked at for unfinished work
DEPTH = 3  # containers within each other
PLAIN = frozenset({bool, int, str, bytes, type(None)})
NO_PENDING_WORK = ("count", "repeat")  # of itertools: numbers and values, no calls
JOBS = ("add_done_callback", "addCallback")  # concurrent.futures and asyncio; Twisted


# --- Unfinished work


def unfinished(value: Any) -> tuple[str, str] | None:
    """Return what a value is, and what to do, if it stands for work that has not been done; None if it is finished."""
    kind = type(value)
    if isinstance(value, type):
        return None
    is_generator = isinstance(value, types.GeneratorType)
    if hasattr(kind, "__await__") or (is_generator and value.gi_code.co_flags & 0x100):  # CO_ITERABLE_COROUTINE
        return "an awaitable", "Await it in do_async(), or define do() without async"
    if hasattr(kind, "read") or hasattr(kind, "readinto"):
        return None  # a stream, which is an iterator as well
    if hasattr(kind, "__anext__"):
        return "an asynchronous iterator", "Collect its values with async for"
    if hasattr(kind, "__next__"):
        return "an iterator", "Return finished values, such as list(…) of it"
    if any(hasattr(kind, name) for name in JOBS) or all(hasattr(kind, name) for name in ("ready", "get", "successful")):
        return "a future", "Wait for it, and return its result"
    if is_computed_later(value):
        return "an array that is still being computed", "Call its block_until_ready(), and return it"
    if runs_beside(kind):
        return "a job that may still be running", "Wait for it, and return its result"
    if is_lazy(value):
        return "a lazy object", "Have it computed, as by .compute() or .collect()"
    return None


def is_used_up(value: Any) -> bool:
    """Check whether a value gives what it has once only, as iterators and coroutines do; streams can be rewound."""
    kind = type(value)
    if isinstance(value, type) or hasattr(kind, "read") or hasattr(kind, "readinto"):
        return False
    return hasattr(kind, "__next__") or hasattr(kind, "__anext__") or isinstance(value, types.CoroutineType)


def runs_beside(kind: type) -> bool:
    """Check whether values of a type are threads or processes."""
    named = {(base.__module__, base.__name__) for base in kind.__mro__}
    jobs = {("threading", "Thread"), ("subprocess", "Popen"), ("multiprocessing.process", "BaseProcess")}
    return bool(named & jobs)


def is_computed_later(value: Any) -> bool:
    """Check whether a value is an array of JAX, which returns arrays before they are computed, and is not ready yet."""
    kind = type(value)
    return hasattr(kind, "block_until_ready") and hasattr(kind, "is_ready") and not value.is_ready()


def is_lazy(value: Any) -> bool:
    """Check whether a value is the plan of a computation, as those of Dask, Polars, Spark and DuckDB are."""
    kind = type(value)
    if hasattr(kind, "__dask_graph__"):
        return value.__dask_graph__() is not None  # what is computed already may have the method, too
    plan = hasattr(kind, "explain") and (hasattr(kind, "collect") or hasattr(kind, "execute"))
    return plan or any(base.__name__.startswith("Lazy") for base in kind.__mro__)


def parts(value: Any) -> Any:
    """Return the first values in a plain container or data class; nothing if it is neither."""
    if isinstance(value, dict):
        return islice(chain(value.values(), value.keys()), LOOKED_AT)
    if isinstance(value, (list, tuple, set, frozenset, deque)):
        return islice(value, LOOKED_AT)
    names = getattr(type(value), "__dataclass_fields__", ())
    return [getattr(value, name, None) for name in names]


def unfinished_part(value: Any, depth: int = DEPTH) -> tuple[Any, str, str] | None:
    """Return the value, or the first part of it, that stands for work that has not been done, with what ``unfinished`` says."""
    found = unfinished(value)
    if found:
        return (value, *found)
    if depth:
        for part in parts(value):
            inner = None if type(part) in PLAIN else unfinished_part(part, depth - 1)
            if inner:
                return inner
    return None


def delayed(result: Any) -> tuple[Any, str, str] | None:
    """Return what ``unfinished_part`` does if a result is a call that has not been made, as joblib's ``delayed`` returns it."""
    if type(result) is tuple and [type(part) for part in result[1:]] == [tuple, dict] and callable(result[0]):
        return result, "a function with its arguments", "Call it, and return its result"
    return None


def unfinished_result(method: str, number: int, result: Any) -> str | None:
    """Return what is wrong with a result that stands for work that has not been done; None if it is finished."""
    found = delayed(result) or unfinished_part(result)
    if not found:
        return None
    part, what, remedy = found
    if isinstance(part, types.CoroutineType):
        part.close()  # otherwise Python warns that it was never awaited
    holding = "" if part is result else f"a {named(type(result))} with "
    return f"{method}() returned {holding}{what} ({named(type(part))}) for item {number}, so the work was not timed. {remedy}."


def named(kind: type) -> str:
    """Name a type as its users know it: ``map``, ``asyncio.Future``."""
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


# --- Comparison


class Unchecked(Exception):
    """Report that two values can't be compared; the only argument names the type of the part that is the cause."""


def alike(one: Any, other: Any) -> bool:
    """Compare two values part by part. Raise Unchecked if no difference is found, and a part can't be compared.

    Parts of a built-in type, and those whose own type defines ``==``, are compared by it. Of all others the parts count that
    pickling them would store: class, arguments and state. Functions are alike if their code and what they close over is.
    """
    comparison = Comparison()
    try:
        same = comparison.alike(one, other)
    except RecursionError:
        raise Unchecked(f"a {named(type(one))} that is nested too deeply") from None
    if same and comparison.unchecked:
        raise Unchecked(comparison.unchecked)
    return same


def alike_once_pickled(one: Any, other: Any) -> bool:
    """Compare a result with one that hasn't been through a process, where some types become others on the way."""
    if alike(one, other):
        return True
    import pickle  # slow to import, and seldom needed

    try:
        other = pickle.loads(pickle.dumps(other))
    except Exception:
        return False
    return alike(one, other)


COMPARED_BY = {  # method of Comparison
    list: "sequences",
    tuple: "sequences",
    dict: "dicts",
    types.FunctionType: "functions",
    types.CellType: "cells",
    types.MethodType: "methods",
    types.BuiltinFunctionType: "built_in_functions",
}


class Comparison:
    """Compare two values, which may contain themselves. ``unchecked`` names the first type that can't be compared."""

    def __init__(self) -> None:
        self.begun: dict[tuple[int, int], tuple[Any, Any]] = {}  # keeps both alive, so that no other takes their place
        self.unchecked: str | None = None

    def alike(self, one: Any, other: Any) -> bool:
        if one is other:
            return True
        kind = type(one)
        if not same_class(kind, type(other)):
            return equal(one, other) is True
        if kind in PLAIN:
            return bool(one == other)
        if kind is float:
            return bool(one == other or (one != one and other != other))
        pair = (id(one), id(other))
        if pair in self.begun:
            return True
        self.begun[pair] = (one, other)
        compare = getattr(self, COMPARED_BY.get(kind, "sets" if isinstance(one, (set, frozenset)) else "objects"))
        return bool(compare(one, other))

    def sequences(self, one: Any, other: Any) -> bool:
        if len(one) != len(other):
            return False
        if PLAIN.issuperset(map(type, one)) and PLAIN.issuperset(map(type, other)):
            return bool(one == other)
        return all(map(self.alike, one, other))

    def dicts(self, one: Any, other: Any) -> bool:
        if len(one) != len(other):
            return False
        if one.keys() == other.keys():
            return all(self.alike(one[key], other[key]) for key in one)
        return all(map(self.alike, one.items(), other.items()))  # keys that are equal only to themselves, in their order

    def sets(self, one: Any, other: Any) -> bool:
        """Compare sets, whose order means nothing: each value needs one that is like it."""
        left = [value for value in other if value not in one]
        for value in (value for value in one if value not in other):
            like = next((place for place, rival in enumerate(left) if self.alone(value, rival)), None)
            if like is None:
                return False
            del left[like]
        return not left and self.alike(getattr(one, "__dict__", None), getattr(other, "__dict__", None))

    def alone(self, one: Any, other: Any) -> bool:
        """Compare two values of which the answer may be no without consequences."""
        comparison = Comparison()
        same = comparison.alike(one, other)
        self.unchecked = self.unchecked or (comparison.unchecked if same else None)
        return same

    def functions(self, one: Any, other: Any) -> bool:
        def state(function: Any) -> tuple[Any, ...]:
            return function.__defaults__, function.__kwdefaults__, function.__closure__, function.__dict__

        return one.__code__ == other.__code__ and self.alike(state(one), state(other))

    def cells(self, one: Any, other: Any) -> bool:
        try:
            return self.alike(one.cell_contents, other.cell_contents)
        except ValueError:  # an empty one
            return repr(one).endswith("empty>") == repr(other).endswith("empty>")

    def methods(self, one: Any, other: Any) -> bool:
        return self.alike(one.__func__, other.__func__) and self.alike(one.__self__, other.__self__)

    def built_in_functions(self, one: Any, other: Any) -> bool:
        return one.__qualname__ == other.__qualname__ and self.alike(one.__self__, other.__self__)

    def objects(self, one: Any, other: Any) -> bool:
        """Compare by ``==`` if the objects' own type defines it, else by what pickling would store of them."""
        if isinstance(one, type):
            return same_class(one, other)
        own_verdict = equal(one, other) if "__eq__" in vars(type(one)) else None
        if own_verdict is True:
            return True
        first, second = reduction(one), reduction(other)
        if first is None or second is None:
            if own_verdict is False or (first is None) != (second is None) or moved(one, other):
                return False
            self.unchecked = self.unchecked or named(type(one))
            return True
        if isinstance(first, str) or isinstance(second, str):
            return first == second
        return self.sequences(first, second)


def same_class(one: type, other: type) -> bool:
    """Check whether two classes are one; a class that is made within a function is another in each call."""
    if one is other:
        return True
    return "<locals>" in one.__qualname__ and (one.__module__, one.__qualname__) == (other.__module__, other.__qualname__)


def equal(one: Any, other: Any) -> object:
    """Return what ``==`` says, which for arrays is neither yes nor no; None if it fails."""
    try:
        return one == other
    except Exception:
        return None


def reduction(value: Any) -> str | list[Any] | None:
    """Return what pickling stores of an object, its iterators as lists; None if it can't be pickled or is an iterator."""
    kind = type(value)
    if is_used_up(value) and kind.__name__ not in NO_PENDING_WORK:
        return None
    try:
        registered = copyreg.dispatch_table.get(kind)
        reduced: Any = registered(value) if registered else value.__reduce_ex__(2)
        if isinstance(reduced, str):
            return reduced
        function, arguments, state, values, pairs, *more = (*reduced, None, None, None)[:6]
        return [function, arguments, state, values and list(values), pairs and list(pairs), *more]
    except Exception:
        return None


def moved(one: Any, other: Any) -> bool:
    """Check whether two streams that can't be pickled are at different places."""
    try:
        return bool(one.tell() != other.tell())
    except Exception:
        return False
