"""CPU-bound: for each of the numbers ``first``, ``first + 1``, …, add up all squares below it, in pure Python.

Options:
    first: Number of squares in the first item; each later item has one more.
    with_numpy: Use NumPy instead, to show what faster code gains before any concurrency.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from concbench.measured.api import NoResource, WrongResult

if TYPE_CHECKING:
    from collections.abc import Sequence

AT_ONCE = 100_000  # a chunk's sum of squares fits in 64 bits, for numbers up to 9 million


def sum_squares(number: int) -> int:
    return sum(i * i for i in range(number))


def sum_squares_with_numpy(number: int) -> int:
    import numpy as np  # already imported, see Workload.__post_init__

    total = 0
    for start in range(0, number, AT_ONCE):
        numbers = np.arange(start, min(start + AT_ONCE, number), dtype=np.int64)
        total += int(numbers @ numbers)
    return total


@dataclass(frozen=True)
class Workload(NoResource):
    first: int = 5_000_000
    with_numpy: bool = False

    def __post_init__(self) -> None:
        if self.with_numpy:
            importlib.import_module("numpy")  # before the clock starts

    def items(self, size: int, seed: int) -> list[int]:
        return [self.first + i for i in range(size)]

    def do(self, resource: None, item: int) -> int:
        return sum_squares_with_numpy(item) if self.with_numpy else sum_squares(item)

    async def do_async(self, resource: None, item: int) -> int:
        return self.do(None, item)

    def check(self, items: Sequence[int], results: Sequence[int]) -> None:
        expected = [(n - 1) * n * (2 * n - 1) // 6 for n in items]
        if list(results) != expected:
            right = sum(result == value for result, value in zip(results, expected))
            raise WrongResult(f"got {len(results)} sums for {len(items)} items, {right} of them correct")
