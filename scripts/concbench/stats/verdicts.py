"""What a comparison comes to: faster, slower, same or inconclusive."""

from __future__ import annotations

from math import exp, log

from concbench.stats.intervals import Interval

LEAST_LEVEL = 0.93  # an interval that covers the truth less often decides nothing: 5 blocks are needed, or 4 runs each unpaired


def verdict(speedup: Interval | None, margin: float, noise_floor: float | None) -> str:
    """``same`` within ``margin``; ``faster`` or ``slower`` beyond 1 and beyond the noise floor; else ``inconclusive``.

    ``margin`` and ``noise_floor`` are relative: 0.05 reaches from 1/1.05 to 1.05. No floor is known without a control.
    """
    if speedup is None or speedup.level < LEAST_LEVEL:
        return "inconclusive"
    if 1 / (1 + margin) <= speedup.low and speedup.high <= 1 + margin:
        return "same"
    if relative(log(speedup.estimate)) <= (noise_floor or 0):
        return "inconclusive"
    if speedup.low > 1:
        return "faster"
    return "slower" if speedup.high < 1 else "inconclusive"


def relative(log_ratio: float) -> float:
    """The size of a difference whichever way it goes: 0.05 for a ratio of 1.05 and for one of 1/1.05."""
    return exp(abs(log_ratio)) - 1
