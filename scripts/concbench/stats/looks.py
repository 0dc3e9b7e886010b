"""Schedule the looks at a campaign that goes on until it is decided, and share the error of its verdicts among them."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

ERROR = 0.05  # the chance that some confidence interval of a comparison, at any look, misses the truth
LEAST_BLOCKS = 7  # the fewest at a look: 6 blocks would spend more than half of the error
MOST_BLOCKS = 1000
GROWTH = 1.5  # blocks at a look ÷ blocks at the look before


@dataclass(frozen=True)
class Looks:
    """Schedule the looks at a campaign: the first after ``at_least`` blocks, the last after ``at_most``."""

    at_least: int
    at_most: int

    @property
    def blocks(self) -> list[int]:
        """The number of blocks at each look."""
        found = [self.at_least]
        while found[-1] < self.at_most:
            found.append(min(self.at_most, ceil(GROWTH * found[-1])))
        return found

    def last(self, measured: int) -> int:
        """Return the number of blocks at the last look that ``measured`` blocks allow, or 0 before the first look."""
        return max((blocks for blocks in self.blocks if blocks <= measured), default=0)

    def allowed(self, error: float = ERROR) -> list[float]:
        """Return how much of the error may be spent up to each look, that look included.

        The first look gets an equal part, or more where its test could reject nothing otherwise. The others share the rest.
        """
        looks = len(self.blocks)
        smallest_p = 2.0 ** (1 - self.at_least)  # all blocks on one side, in either direction
        first = max(error / looks, smallest_p if smallest_p <= error else 0.0)
        rest = (error - first) / (looks - 1) if looks > 1 else 0.0
        return [first + number * rest for number in range(looks)]
