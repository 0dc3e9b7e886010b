"""Work of a user's own, for tests: a function that blocks."""

from __future__ import annotations


def items(size: int, seed: int) -> list[int]:
    return [seed + number for number in range(size)]


def do(item: int) -> int:
    return item * item
