"""No work: each item is its own result. The elapsed time is the cost of the model and of measuring it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from concbench.measured.api import NoResource, WrongResult

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Workload(NoResource):
    def items(self, size: int, seed: int) -> list[int]:
        return list(range(size))

    def do(self, resource: None, item: int) -> int:
        return item

    async def do_async(self, resource: None, item: int) -> int:
        return item

    def check(self, items: Sequence[int], results: Sequence[int]) -> None:
        if list(results) != list(items):
            raise WrongResult(f"got {len(results)} results for {len(items)} items: some are missing, wrong or out of order")
