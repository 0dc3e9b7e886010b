"""CPU-bound: compute a Fibonacci number by plain recursion; the asynchronous form awaits every call.

Options:
    n: Index of the Fibonacci number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from concbench.measured.api import NoResource, WrongResult

if TYPE_CHECKING:
    from collections.abc import Sequence


def fibonacci(n: int) -> int:
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


async def fibonacci_awaited(n: int) -> int:
    return n if n < 2 else await fibonacci_awaited(n - 1) + await fibonacci_awaited(n - 2)


def fibonacci_by_addition(n: int) -> int:
    last, this = 0, 1
    for _ in range(n):
        last, this = this, last + this
    return last


@dataclass(frozen=True)
class Workload(NoResource):
    n: int = 22

    def items(self, size: int, seed: int) -> list[int]:
        return [self.n] * size

    def do(self, resource: None, item: int) -> int:
        return fibonacci(item)

    async def do_async(self, resource: None, item: int) -> int:
        return await fibonacci_awaited(item)

    def check(self, items: Sequence[int], results: Sequence[int]) -> None:
        if list(results) != [fibonacci_by_addition(item) for item in items]:
            raise WrongResult(f"got {len(results)} numbers for {len(items)} items: some are missing or wrong")
