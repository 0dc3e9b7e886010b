"""Work of a user's own, for tests: a function that blocks, and its asynchronous twin."""

from __future__ import annotations


def items(size: int, seed: int) -> list[int]:
    return [seed + number for number in range(size)]


def do(item: int) -> int:
    return item * item


async def do_async(item: int) -> int:
    return item * item
