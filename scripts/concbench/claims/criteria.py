"""Judge claims by six kinds of test. Pure functions of values by block.

Each test compares an estimate's confidence interval with what the claim allows. Wholly within is reproduced, wholly outside is
contradicted, and anything else is inconclusive. Ratios are taken within blocks; ``stats/sequential.py`` has their intervals.

``what`` is the sentence about the estimate, with ``{}`` in its place: ``sync takes {} times as long as threading``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import ceil, inf, log
from statistics import median

from concbench.analysis.findings import LEAST_BLOCKS, MOST_BLOCKS
from concbench.analysis.naming import confidence, percent
from concbench.common.formatting import three_digits
from concbench.stats.intervals import LEVEL, Interval
from concbench.stats.looks import Looks
from concbench.stats.sequential import SIGNED_RANKS, SIGNS, campaign_interval
from concbench.stats.verdicts import LEAST_LEVEL, ClaimVerdict

WRONG_ORDER = 0.05  # the largest chance of a wrong order with which best-of-N still keeps the order clear


@dataclass(frozen=True)
class Outcome:
    """The outcome of a test; ``measured`` is the estimate, ``low`` to ``high`` its confidence interval."""

    verdict: ClaimVerdict
    reason: str
    measured: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    blocks: int = 0
    needed: int | None = None  # blocks that would probably decide it, which ``reason`` then ends with


def ratio_interval(upper: Sequence[float], lower: Sequence[float] | None, looks: Looks | None) -> Interval | None:
    """Estimate the ratios within blocks, or the value where there is no ``lower``.

    Return None without any, or where a value of a ratio is not above 0.
    """
    if lower is None:
        return campaign_interval(upper, SIGNS, looks)
    if not upper or min(*upper, *lower, 1.0) <= 0:
        return None
    found = campaign_interval([log(one / other) for one, other in zip(upper, lower)], SIGNED_RANKS, looks)
    return found.exp() if found else None


def judged(
    what: str, found: Interval | None, blocks: int, low: float, high: float, wanted: str, looks: Looks | None = None
) -> Outcome:
    """Judge whether a confidence interval lies within ``low`` to ``high``, which ``wanted`` says in words."""
    if found is None:
        no_ratio = "the ratio cannot be computed: a value is zero or negative in some block"
        return Outcome(ClaimVerdict.INCONCLUSIVE, no_ratio, blocks=blocks)
    outcome = Outcome(ClaimVerdict.INCONCLUSIVE, "", found.estimate, found.low, found.high, found.level, blocks)
    said = f"{what.replace('{}', three_digits(found.estimate))} ({confidence(found.low, found.high, found.level)})"
    if found.level < LEAST_LEVEL:
        few = "1 block is" if blocks == 1 else f"{blocks} blocks are"
        return replace(outcome, reason=f"{said}, but {few} too few ({LEAST_BLOCKS} needed)")
    if low <= found.low and found.high <= high:
        return replace(outcome, verdict=ClaimVerdict.REPRODUCED, reason=f"{said}, {wanted}")
    if found.high < low or found.low > high:
        return replace(outcome, verdict=ClaimVerdict.CONTRADICTED, reason=f"{said}, not {wanted}")
    limits = " and ".join(three_digits(limit) for limit in (low, high) if found.low <= limit <= found.high)
    overlap = f"the confidence interval overlaps the limit{'s' if ' and ' in limits else ''} of {limits}"
    advice, needed = blocks_wanted(found, blocks, low, high, looks)
    return replace(outcome, reason=f"{said}: {overlap}; {advice}", needed=needed)


def blocks_wanted(found: Interval, blocks: int, low: float, high: float, looks: Looks | None) -> tuple[str, int | None]:
    """Estimate how many blocks would narrow a confidence interval until it overlaps no limit.

    A campaign with looks adds blocks by itself.
    """
    if looks:
        return "more blocks may decide it" if blocks < looks.at_most else "no more blocks are planned", None
    from scipy import stats  # here, because it takes half a second and few commands come to it

    ends = [end for end in (low, high) if 0 < end < inf]
    if found.low <= 0 or not ends:
        return "more blocks may decide it", None
    distance = min(abs(log(found.estimate / end)) for end in ends)
    half = log(found.high / found.low) / 2 * stats.norm.ppf((1 + LEVEL) / 2) / stats.norm.ppf((1 + found.level) / 2)
    needed = blocks * (half / distance) ** 2 if distance else inf
    if needed > MOST_BLOCKS:
        return "it is too close to the limit to be settled by more blocks", None
    enough = max(LEAST_BLOCKS, blocks + 1, ceil(needed))
    return f"about {enough} blocks would decide it", enough


def ratio(
    what: str,
    upper: Sequence[float],
    lower: Sequence[float] | None,
    band: tuple[float, float],
    looks: Looks | None = None,
) -> Outcome:
    """Judge whether a ratio, or a value where there is no ``lower``, lies in a band."""
    found = ratio_interval(upper, lower, looks)
    low, high = map(three_digits, band)
    return judged(what, found, len(upper), *band, f"exactly {low}" if low == high else f"within {low} to {high}", looks)


def equality(what: str, upper: Sequence[float], lower: Sequence[float], within: float, looks: Looks | None = None) -> Outcome:
    """Judge whether two values are equal to within ``within``."""
    found = ratio_interval(upper, lower, looks)
    return judged(what, found, len(upper), 1 / (1 + within), 1 + within, f"1 to within {within * 100:.0f} %", looks)


def effect(
    what: str,
    upper: Sequence[float],
    lower: Sequence[float] | None,
    at_least: float,
    absent: bool,
    looks: Looks | None = None,
) -> Outcome:
    """Judge whether a ratio, or a value where there is no ``lower``, is ``at_least`` that large; if ``absent``, less."""
    found = ratio_interval(upper, lower, looks)
    if absent:
        return judged(what, found, len(upper), -inf, below(at_least), f"below {three_digits(at_least)}", looks)
    return judged(what, found, len(upper), at_least, inf, f"{three_digits(at_least)} or more", looks)


def below(value: float) -> float:
    """Return the largest number below a value that a confidence interval may reach."""
    return value * (1 - 1e-9) if value else -1e-12


def order(
    sentences: Sequence[str],
    ratios: Sequence[tuple[Sequence[float], Sequence[float]]],
    margin: float,
    looks: Looks | None = None,
) -> Outcome:
    """Judge whether each quantity is less than the next by more than ``margin``.

    For each two neighbours, ``ratios`` has the values of the next one and of this one, ``sentences`` the sentence on them.
    """
    above = f"more than {1 + margin:.3g}"
    outcomes = [
        judged(sentence, ratio_interval(*pair, looks), len(pair[0]), 1 + margin, inf, above, looks)
        for sentence, pair in zip(sentences, ratios)
    ]
    for verdict in (ClaimVerdict.CONTRADICTED, ClaimVerdict.INCONCLUSIVE):
        worst = [outcome for outcome in outcomes if outcome.verdict == verdict]
        if worst:
            return worst[0]
    nearest = min(outcomes, key=lambda outcome: outcome.measured or 0)
    return replace(nearest, reason="; ".join(outcome.reason for outcome in outcomes))


def best_of_order(names: Sequence[str], values: Sequence[Sequence[float]], best_of: int) -> Outcome:
    """Judge how often best-of-N orders two neighbours differently from the claim, over all choices of N blocks."""
    blocks = min(map(len, values))
    if blocks < max(best_of, LEAST_BLOCKS):
        return Outcome(
            ClaimVerdict.INCONCLUSIVE, f"{blocks} blocks are too few ({max(best_of, LEAST_BLOCKS)} needed)", blocks=blocks
        )
    bests = [[min(chosen) for chosen in combinations(one, best_of)] for one in values]
    chances = [
        sum(this >= next_ for this in bests[i] for next_ in bests[i + 1]) / (len(bests[i]) * len(bests[i + 1]))
        for i in range(len(bests) - 1)
    ]
    worst = max(range(len(chances)), key=lambda i: chances[i])
    chance = chances[worst]
    said = f"best of {best_of} ranks {names[worst + 1]} ahead of {names[worst]} in {percent(chance)} of all choices of runs"
    if chance <= WRONG_ORDER:
        return Outcome(ClaimVerdict.REPRODUCED, said, chance, blocks=blocks)
    if chance >= 0.5:
        return Outcome(ClaimVerdict.CONTRADICTED, said, chance, blocks=blocks)
    return Outcome(ClaimVerdict.INCONCLUSIVE, f"{said}; more blocks would narrow that down", chance, blocks=blocks)


@dataclass(frozen=True)
class SweepStep:
    """A number of workers and its values by block; all steps of a sweep have the same blocks."""

    workers: int
    values: Sequence[float]

    @property
    def median(self) -> float:
        return median(self.values)


def optimum(sweep: Sequence[SweepStep], band: tuple[float, float], margin: float, looks: Looks | None = None) -> Outcome:
    """Judge whether the best number of workers lies in a band: compare the best one inside with the best one outside."""
    within = [configuration for configuration in sweep if band[0] <= configuration.workers <= band[1]]
    others = [configuration for configuration in sweep if configuration not in within]
    best, rival = (min(configurations, key=lambda configuration: configuration.median) for configurations in (within, others))
    found = ratio_interval(rival.values, best.values, looks)
    inside = f"{band[0]:g}" if band[0] == band[1] else f"{band[0]:g} to {band[1]:g}"
    what = f"the best number of workers outside {inside} is {rival.workers}, which takes {{}} times as long as {best.workers}"
    outcome = judged(what, found, len(best.values), 1, inf, "1 or more", looks)
    if outcome.verdict == ClaimVerdict.CONTRADICTED and found and found.high > 1 / (1 + margin):
        return replace(
            outcome, verdict=ClaimVerdict.INCONCLUSIVE, reason=f"{outcome.reason}, but by less than {margin * 100:.0f} %"
        )
    return outcome


def flatness(sweep: Sequence[SweepStep], within: float, looks: Looks | None = None) -> Outcome:
    """Judge whether the slowest number of workers of a sweep is as good as the fastest, to within ``within``."""
    fastest, slowest = (choose(sweep, key=lambda configuration: configuration.median) for choose in (min, max))
    found = ratio_interval(slowest.values, fastest.values, looks)
    what = f"{slowest.workers} workers, the slowest, take {{}} times as long as {fastest.workers}, the fastest"
    return judged(what, found, len(fastest.values), 0, 1 + within, f"{1 + within:g} or less", looks)
