"""Check the items and results of work of the user's own, which nothing is known about.

Used outside the timed region. Standard library alone, Python 3.9 or newer.
"""

from __future__ import annotations

import copy
from time import perf_counter
from typing import TYPE_CHECKING, Any

from concbench.measured.api import WrongResult

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CHECKED = 8  # number of results compared, evenly spaced
ADD_CHECK = "add check(items, results), which is called after the run and raises an error if a result is wrong"


def refuse_used_up(file: str, items: Sequence[Any]) -> None:
    """Raise ValueError if an item gives what it has once only, such as an iterator."""
    from concbench.measured.results import is_used_up, named

    for number, item in enumerate(items):
        if is_used_up(item):
            raise ValueError(
                f"items() in {file} returned an item that can be used only once, item {number} of type {named(type(item))}."
                " Return finished values, such as lists."
            )


def check(file: str, module: Any, seed: int, items: Sequence[Any], results: Sequence[Any]) -> list[float]:
    """Raise WrongResult if results are wrong: by the file's own ``check``, or by doing a few fresh items again.

    Return how many seconds each item took that was done again.

    Args:
        file: The path of the file, for messages.
        module: The file, imported.
        seed: The seed that the items were made from.
        items: The items as they are after the run.
        results: The results, in the order of the items.
    """
    if len(results) != len(items):
        raise WrongResult(f"got {len(results)} results for {len(items)} items")

    def fresh_items() -> list[Any]:
        return list(module.items(len(items), seed))

    if hasattr(module, "check"):
        ask(module.check, file, fresh_items(), results)
        return []
    refuse_exceptions(file, results)
    fresh, repeated_s = fresh_items(), []
    for number in sorted({round(part * (len(items) - 1) / (CHECKED - 1)) for part in range(CHECKED)}):
        if not compared(items[number], fresh[number], f"item {number} of items() in {file}"):
            if not compared(fresh[number], fresh_items()[number], f"item {number} of items() in {file}"):
                raise WrongResult(
                    f"items() in {file} returned a different item {number} when it was called again."
                    " Items must depend on size and seed alone."
                )
            raise changed(number, file)
        repeated_s.append(check_again(module.do, file, number, fresh[number], results[number]))
    return repeated_s


def ask(own_check: Callable[..., object], file: str, items: list[Any], results: Sequence[Any]) -> None:
    """Have the file's own function check the results."""
    from concbench.measured.errors import describe

    try:
        said = own_check(items, results)
        wrong = said is not None and not said  # of an array, this raises an error
    except BaseException as error:
        raise WrongResult(f"check() in {file} raised {describe(error)}") from error
    if wrong:
        raise WrongResult(f"check() in {file} returned {said!r}")


def refuse_exceptions(file: str, results: Sequence[Any]) -> None:
    """Raise WrongResult if a result is an exception: a failure that is returned would pass for a result."""
    from concbench.measured.errors import describe

    for number, result in enumerate(results):
        if isinstance(result, BaseException):
            raise WrongResult(
                f"do() in {file} returned an exception for item {number}, {describe(result)}. Raise it, or {ADD_CHECK}."
            )


def check_again(do: Callable[[Any], Any], file: str, number: int, item: Any, result: Any) -> float:
    """Do an item again, and return the seconds it took. Raise WrongResult if this changes it or gives another result."""
    from concbench.measured.results import unfinished_result

    item_before, result = copied(item), copied(result)  # as they are, should they change when the item is done again
    start = perf_counter()
    expected = do(item)
    seconds = perf_counter() - start
    wrong = unfinished_result("do", number, expected)
    if wrong:
        raise WrongResult(wrong)
    if not compared(item_before, item, f"item {number} of items() in {file}"):
        raise changed(number, file)
    if not compared(result, expected, f"the result of do() in {file} for item {number}"):
        raise WrongResult(
            f"do() in {file} gave a different result for item {number} when it was called again. If it may, {ADD_CHECK}."
        )
    return seconds


def refuse_forgotten_tasks(file: str, do_async: Callable[[Any], Any], items: Sequence[Any]) -> None:
    """Raise WrongResult if doing an item in an event loop starts a task and doesn't wait for it: asyncio cancels such tasks.

    A client that is kept for all items may have tasks of its own, so each further item has to leave more of them.
    """
    import asyncio

    async def left() -> int:
        counts = []
        for item in (items[0], items[-1]):
            await do_async(item)
            counts.append(len(asyncio.all_tasks()))
        return counts[1] - counts[0]

    try:
        count = asyncio.run(left())
    except Exception:  # such as a client that is bound to the loop of the run
        return
    if count > 0:
        raise WrongResult(f"do_async() in {file} left a task running, which was not timed. Await what it starts.")


def compared(one: Any, other: Any, what: str) -> bool:
    """Compare two values. Raise WrongResult, which starts with ``what``, if they can't be compared."""
    from concbench.measured.results import Unchecked, alike_once_pickled

    try:
        return alike_once_pickled(one, other)
    except Unchecked as error:
        raise WrongResult(
            f"{what} cannot be checked, because values of type {error} cannot be compared. Use plain values, or {ADD_CHECK}."
        ) from error


def changed(number: int, file: str) -> WrongResult:
    """Make the error for an item that is no longer what it was."""
    return WrongResult(f"do() in {file} changed item {number} or used it up. It must leave items as they are.")


def copied(value: Any) -> Any:
    """Copy a value with all its parts; if that isn't possible, return the value itself."""
    from concbench.measured.results import alike

    try:
        made = copy.deepcopy(value)
        return made if alike(made, value) else value
    except Exception:
        return value
