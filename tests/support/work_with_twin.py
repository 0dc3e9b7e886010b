"""A file of the user's own work that models with an event loop can run, too."""

from __future__ import annotations


def items(size: int, seed: int) -> list[int]:
    return [seed + number for number in range(size)]


def do(number: int) -> int:
    return number * number


async def do_async(number: int) -> int:
    return do(number)
