"""CPU-bound in C: compute the SHA-256 of a block of bytes, which releases the GIL.

Options:
    size_bytes: Size of each block in bytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from concbench.measured.api import NoResource, WrongResult

if TYPE_CHECKING:
    from collections.abc import Sequence


def digest(number: int, size_bytes: int) -> bytes:
    return hashlib.sha256(number.to_bytes(8, "big") * (size_bytes // 8)).digest()


@dataclass(frozen=True)
class Workload(NoResource):
    size_bytes: int = 1_000_000

    def items(self, size: int, seed: int) -> list[int]:
        return [seed + number for number in range(size)]

    def do(self, resource: None, item: int) -> bytes:
        return digest(item, self.size_bytes)

    async def do_async(self, resource: None, item: int) -> bytes:
        return digest(item, self.size_bytes)

    def check(self, items: Sequence[int], results: Sequence[bytes]) -> None:
        if list(results) != [digest(item, self.size_bytes) for item in items]:
            raise WrongResult(f"got {len(results)} digests for {len(items)} items: some are missing or wrong")
