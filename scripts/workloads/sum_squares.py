"""CPU-bound: for each of the numbers ``first``, ``first + 1``, …, the sum of all squares below it, in pure Python."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workloads import WrongResult, nothing_async

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager, AbstractContextManager


def sum_squares(number: int) -> int:
    return sum(i * i for i in range(number))


@dataclass(frozen=True)
class Workload:
    first: int = 5_000_000

    def items(self, size: int, seed: int) -> list[int]:
        return [self.first + i for i in range(size)]

    def open(self) -> AbstractContextManager[None]:
        return nullcontext()

    def do(self, resource: None, item: int) -> int:
        return sum_squares(item)

    def open_async(self) -> AbstractAsyncContextManager[None]:
        return nothing_async()

    async def do_async(self, resource: None, item: int) -> int:
        return sum_squares(item)

    def check(self, items: Sequence[int], results: Sequence[int]) -> None:
        expected = [(n - 1) * n * (2 * n - 1) // 6 for n in items]
        if list(results) != expected:
            right = sum(result == value for result, value in zip(results, expected))
            raise WrongResult(f"{len(results)} sums of {len(items)}, {right} of them right")
