"""Add the tax to prices: tasks so small that nothing pays.

An item takes a fraction of a microsecond. Handing it to a thread or a process takes far longer, so expect the plain loop to
be fastest. Only large chunks of items for each process could change that.
"""

from __future__ import annotations

from random import Random

TAX_PERCENT = 19


def items(size: int, seed: int) -> list[int]:
    """Return ``size`` prices in cents, at random from the seed."""
    random = Random(seed)
    return [random.randrange(100, 100_000) for _ in range(size)]


def do(cents: int) -> int:
    """Return a price with its tax, rounded down to whole cents."""
    return cents * (100 + TAX_PERCENT) // 100
