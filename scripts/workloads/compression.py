"""CPU-bound in C: compress a block of bytes with zlib, which releases the GIL.

Options:
    size_bytes: Size of each block in bytes.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from concbench.measured.api import NoResource, WrongResult

if TYPE_CHECKING:
    from collections.abc import Sequence


def block(number: int, size_bytes: int) -> bytes:
    """Make a block that compresses, but not to almost nothing: the decimal digits of squares."""
    digits = b"".join(b"%d" % (i * i) for i in range(number, number + size_bytes // 10))
    return digits[:size_bytes]


@dataclass(frozen=True)
class Workload(NoResource):
    size_bytes: int = 300_000

    def items(self, size: int, seed: int) -> list[bytes]:
        return [block(10_000_000 * (seed + number), self.size_bytes) for number in range(size)]

    def do(self, resource: None, item: bytes) -> bytes:
        return zlib.compress(item)

    async def do_async(self, resource: None, item: bytes) -> bytes:
        return zlib.compress(item)

    def check(self, items: Sequence[bytes], results: Sequence[bytes]) -> None:
        right = sum(zlib.compress(item) == result for item, result in zip(items, results))
        if not right == len(items) == len(results):
            raise WrongResult(f"got {len(results)} blocks for {len(items)} items, {right} of them correct")
