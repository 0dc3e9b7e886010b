"""Much data, almost no work: each item is a block of bytes, and its result is the block itself.

Shows what it costs to pass data to workers and back.

Options:
    size_bytes: Size of each block in bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from concbench.measured.api import NoResource, WrongResult

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Workload(NoResource):
    size_bytes: int = 1_000_000

    def items(self, size: int, seed: int) -> list[bytes]:
        return [bytes([(seed + number) % 256]) * self.size_bytes for number in range(size)]

    def do(self, resource: None, item: bytes) -> bytes:
        return item

    async def do_async(self, resource: None, item: bytes) -> bytes:
        return item

    def check(self, items: Sequence[bytes], results: Sequence[bytes]) -> None:
        if list(results) != list(items):
            raise WrongResult(f"got {len(results)} blocks for {len(items)} items: some are missing, wrong or out of order")
