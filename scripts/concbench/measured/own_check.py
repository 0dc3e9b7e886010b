"""Check the items and results of work of the user's own, which nothing is known about.

Used outside the timed region. Standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

import copy
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from concbench.measured.api import WrongResult
from concbench.measured.own_items import named_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

    from concbench.measured.own_import import Source

CHECKED = 8  # number of items and results compared, evenly spaced
ENOUGH, ENOUGH_S = 3, 1.0  # items that are done again however long it takes; no others after that time
ADD_CHECK = "add check(item, result), which is called after the run and raises an error if the result is wrong"


class OwnWork(Protocol):
    """List what is needed of the user's work: the workload ``own`` is one."""

    @property
    def source(self) -> Source: ...

    @property
    def module(self) -> Any: ...  # the file

    @property
    def own_do(self) -> Any: ...  # its functions, of which one may be None

    @property
    def own_do_async(self) -> Any: ...

    @property
    def called(self) -> str: ...  # the function that does an item, for messages

    def fresh_items(self, size: int) -> list[Any]: ...

    def again(self) -> AbstractContextManager[Callable[[Any], Any]]: ...

    def open_async(self) -> AbstractAsyncContextManager[Any]: ...

    async def do_async(self, resource: Any, item: Any) -> Any: ...


def check(work: OwnWork, items: Sequence[Any], results: Sequence[Any]) -> list[float]:
    """Raise WrongResult if results are wrong: by the file's own ``check``, or by doing a few fresh items again.

    Return how many seconds each item took that was done again.

    Args:
        work: The user's work.
        items: The items as they are after the run.
        results: The results, in the order of the items.
    """
    if len(results) != len(items):
        raise WrongResult(f"got {len(results)} results for {len(items)} items")
    if hasattr(work.module, "check"):
        ask(work.module.check, work.source, work.fresh_items(len(items)), results)
        return []
    refuse_exceptions(work.called, results)
    fresh, numbers = work.fresh_items(len(items)), chosen(len(items))
    for number in numbers:
        refuse_other_item(work, number, items, fresh)
    repeated_s: list[float] = []
    with work.again() as do:
        for number in numbers:
            if len(repeated_s) < ENOUGH or sum(repeated_s) < ENOUGH_S:
                repeated_s.append(check_again(do, work, number, fresh[number], results[number]))
    return repeated_s


def chosen(size: int) -> list[int]:
    """Return the numbers of some items, evenly spaced: first, last, middle, then the others."""
    numbers = sorted({round(part * (size - 1) / (CHECKED - 1)) for part in range(CHECKED)})
    ends = [numbers[0], numbers[-1], numbers[len(numbers) // 2]]
    return list(dict.fromkeys([*ends, *numbers]))


def refuse_other_item(work: OwnWork, number: int, items: Sequence[Any], fresh: Sequence[Any]) -> None:
    """Raise WrongResult if an item isn't what it was before the run: the work changed it, or each call makes another."""
    what = f"item {number} of {work.source.file}"
    if compared(items[number], fresh[number], what):
        return
    if not compared(fresh[number], work.fresh_items(len(items))[number], what):
        raise WrongResult(
            f"items() in {work.source.file} returned a different item {number} when it was called again."
            " Items must depend on size and seed alone."
        )
    raise changed(number, work)


def ask(own_check: Callable[..., object], source: Source, items: list[Any], results: Sequence[Any]) -> None:
    """Have the file's own function check the results: all at once if its first parameter is ``items``, otherwise each."""
    if first_parameter(own_check) == "items":
        ask_about(own_check, source, items, results, "")
        return
    for number, (item, result) in enumerate(zip(items, results)):
        ask_about(own_check, source, item, result, f" for item {number}")


def first_parameter(function: Callable[..., object]) -> str | None:
    """Return the name of a function's first parameter; None if it has none, or it isn't known."""
    from inspect import signature

    try:
        return next(iter(signature(function).parameters), None)
    except (TypeError, ValueError):
        return None


def ask_about(own_check: Callable[..., object], source: Source, item: Any, result: Any, which: str) -> None:
    """Have the file's own function check one result, or all."""
    from concbench.measured.errors import describe

    try:
        said = own_check(item, result)
        wrong = said is not None and not said  # of an array, this raises an error
    except BaseException as error:
        raise WrongResult(f"{named_in(source, 'check', own_check)} raised {describe(error)}{which}") from error
    if wrong:
        raise WrongResult(f"{named_in(source, 'check', own_check)} returned {said!r}{which}")


def refuse_exceptions(function: str, results: Sequence[Any]) -> None:
    """Raise WrongResult if a result is an exception: a failure that is returned would pass for a result."""
    from concbench.measured.errors import describe

    for number, result in enumerate(results):
        if isinstance(result, BaseException):
            raise WrongResult(
                f"{function} returned an exception for item {number}, {describe(result)}. Raise it, or {ADD_CHECK}."
            )


def check_again(do: Callable[[Any], Any], work: OwnWork, number: int, item: Any, result: Any) -> float:
    """Do an item again, and return the seconds it took. Raise WrongResult if this changes it or gives another result."""
    from concbench.measured.results import unfinished_result

    item_before, result = copied(item), copied(result)  # as they are, should they change when the item is done again
    start = perf_counter()
    expected = do(item)
    seconds = perf_counter() - start
    wrong = unfinished_result("do", number, expected)
    if wrong:
        raise WrongResult(wrong)
    if not compared(item_before, item, f"item {number} of {work.source.file}"):
        raise changed(number, work)
    if not compared(result, expected, f"the result of {work.called} for item {number}"):
        source = work.source
        twins = f", or {source.do_async}() gives another than {source.do}()" if work.own_do and work.own_do_async else ""
        raise WrongResult(
            f"{work.called} gave a different result for item {number} when it was called again{twins}. If it may, {ADD_CHECK}."
        )
    return seconds


def refuse_forgotten_tasks(work: OwnWork, items: Sequence[Any]) -> None:
    """Raise WrongResult if doing an item in an event loop starts a task and doesn't wait for it: asyncio cancels such tasks.

    A client that is kept for all items may have tasks of its own, so each further item has to leave more of them.
    """
    import asyncio

    async def left() -> int:
        counts = []
        async with work.open_async() as resource:
            for item in (items[0], items[-1]):
                await work.do_async(resource, item)
                counts.append(len(asyncio.all_tasks()))
        return counts[1] - counts[0]

    try:
        count = asyncio.run(left())
    except Exception:  # such as a client that is bound to the loop of the run
        return
    if count > 0:
        function = named_in(work.source, work.source.do_async, work.own_do_async)
        raise WrongResult(f"{function} left a task running, which was not timed. Await what it starts.")


def compared(one: Any, other: Any, what: str) -> bool:
    """Compare two values. Raise WrongResult, which starts with ``what``, if they can't be compared."""
    from concbench.measured.results import Unchecked, alike_once_pickled

    try:
        return alike_once_pickled(one, other)
    except Unchecked as error:
        raise WrongResult(
            f"{what} cannot be checked, because values of type {error} cannot be compared. Use plain values, or {ADD_CHECK}."
        ) from error


def changed(number: int, work: OwnWork) -> WrongResult:
    """Make the error for an item that is no longer what it was."""
    return WrongResult(f"{work.called} changed item {number} or used it up. Have it copy the item before it changes it.")


def copied(value: Any) -> Any:
    """Copy a value with all its parts; if that isn't possible, return the value itself."""
    from concbench.measured.results import alike

    try:
        made = copy.deepcopy(value)
        return made if alike(made, value) else value
    except Exception:
        return value
