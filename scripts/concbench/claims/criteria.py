"""Judge claims by six kinds of test. Pure functions of values by block.

Each test compares an estimate's confidence interval with what the claim allows. Wholly within is reproduced, wholly outside is
contradicted, and anything else is inconclusive. Ratios are taken within blocks; ``stats/sequential.py`` has their intervals.
Where a test chooses the fastest or the slowest of a sweep, ``stats/best.py`` allows for the choice.

``what`` is the sentence about the estimate, with ``{}`` in its place: ``elapsed time of sync: {} times that of b``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from math import ceil, inf, log
from statistics import median

import numpy as np

from concbench.analysis.more_blocks import MOST_BLOCKS
from concbench.analysis.naming import confidence
from concbench.common.formatting import three_digits
from concbench.stats.best import distinguished
from concbench.stats.intervals import LEVEL, Interval
from concbench.stats.looks import Looks
from concbench.stats.sequential import SIGNED_RANKS, SIGNS, campaign_interval
from concbench.stats.verdicts import LEAST_BLOCKS, LEAST_LEVEL, ClaimVerdict


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
    what: str,
    found: Interval | None,
    blocks: int,
    low: float,
    high: float,
    wanted: str,
    looks: Looks | None = None,
    reversed_below: float | None = None,
) -> Outcome:
    """Judge whether a confidence interval lies within ``low`` to ``high``, which ``wanted`` says in words.

    Where ``reversed_below`` is given, only an interval below it contradicts, and nothing is decided from there to ``low``.
    """
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
    below = low if reversed_below is None else reversed_below
    if found.high < below or found.low > high:
        return replace(outcome, verdict=ClaimVerdict.CONTRADICTED, reason=f"{said}, not {wanted}")
    if below <= found.low and found.high <= low:
        return replace(outcome, reason=f"{said}: a difference within the margin decides nothing")
    ends = sorted({below, low, high})
    limits = " and ".join(three_digits(limit) for limit in ends if found.low <= limit <= found.high)
    overlap = f"the confidence interval overlaps the limit{'s' if ' and ' in limits else ''} of {limits}"
    advice, needed = blocks_wanted(found, blocks, [] if below < found.estimate < low else ends, looks)
    return replace(outcome, reason=f"{said}: {overlap}; {advice}", needed=needed)


def blocks_wanted(found: Interval, blocks: int, limits: Sequence[float], looks: Looks | None) -> tuple[str, int | None]:
    """Estimate how many blocks would narrow a confidence interval until it overlaps no limit.

    A campaign with looks adds blocks by itself.
    """
    if looks:
        return "more blocks may decide it" if blocks < looks.at_most else "no more blocks are planned", None
    from scipy import stats  # here, because it takes half a second and few commands come to it

    ends = [end for end in limits if 0 < end < inf]
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
    """Judge whether each quantity is less than the next by more than ``margin``; more by as much contradicts.

    For each two neighbours, ``ratios`` has the values of the next one and of this one, ``sentences`` the sentence on them.
    """
    above = f"more than {1 + margin:.3g}"
    outcomes = [
        judged(sentence, ratio_interval(*pair, looks), len(pair[0]), 1 + margin, inf, above, looks, 1 / (1 + margin))
        for sentence, pair in zip(sentences, ratios)
    ]
    for verdict in (ClaimVerdict.CONTRADICTED, ClaimVerdict.INCONCLUSIVE):
        worst = [outcome for outcome in outcomes if outcome.verdict == verdict]
        if worst:
            return worst[0]
    nearest = min(outcomes, key=lambda outcome: outcome.measured or 0)
    return replace(nearest, reason="; ".join(outcome.reason for outcome in outcomes))


@dataclass(frozen=True)
class SweepStep:
    """A number of workers and its values by block; all steps of a sweep have the same blocks."""

    workers: int
    values: Sequence[float]

    @property
    def median(self) -> float:
        return median(self.values)


def logs(sweep: Sequence[SweepStep]) -> np.ndarray:
    """Return the logarithms of a sweep's values: a row for each block, a column for each step."""
    found: np.ndarray = np.log(np.column_stack([step.values for step in sweep]))
    return found


def step_ratio(one: SweepStep, other: SweepStep, sweep: Sequence[SweepStep], looks: Looks | None) -> Interval | None:
    """Estimate the ratio of two steps; None where any value of the sweep isn't above 0."""
    return ratio_interval(one.values, other.values, looks) if min(min(step.values) for step in sweep) > 0 else None


def optimum(sweep: Sequence[SweepStep], band: tuple[float, float], margin: float, looks: Looks | None = None) -> Outcome:
    """Judge whether the best number of workers lies in a band: compare the best one inside with the best one outside.

    Reproduced needs every number outside to be slower than the best one inside. Contradicted needs every number inside to be
    slower by more than ``margin`` than the best one outside.
    """
    within = [step for step in sweep if band[0] <= step.workers <= band[1]]
    others = [step for step in sweep if step not in within]
    best, rival = (min(steps, key=lambda step: step.median) for steps in (within, others))
    found = step_ratio(rival, best, sweep, looks)
    inside = f"{band[0]:g}" if band[0] == band[1] else f"{band[0]:g} to {band[1]:g}"
    what = f"the best number of workers outside {inside} is {rival.workers}, which takes {{}} times as long as {best.workers}"
    outcome = judged(what, found, len(best.values), 1, inf, "1 or more", looks)
    if outcome.verdict == ClaimVerdict.REPRODUCED:
        left = perhaps_best(others, best, sweep, 1.0, looks)
    elif outcome.verdict == ClaimVerdict.CONTRADICTED:
        if found and found.high > 1 / (1 + margin):
            return inconclusive(outcome, f"but by less than {margin * 100:.0f} %")
        left = perhaps_best(within, rival, sweep, 1 + margin, looks)
    else:
        return outcome
    named = " and ".join(str(step.workers) for step in left)
    return inconclusive(outcome, f"but of {len(sweep)} numbers of workers {named} may be the best, too") if left else outcome


def perhaps_best(
    steps: Sequence[SweepStep], best: SweepStep, sweep: Sequence[SweepStep], least: float, looks: Looks | None
) -> list[SweepStep]:
    """Select the steps that aren't shown to take more than ``least`` times as long as the best of the whole sweep."""
    apart = dict(zip((step.workers for step in sweep), distinguished(logs(sweep), sweep.index(best), looks)))
    found = {step.workers: step_ratio(step, best, sweep, looks) for step in steps}
    return [step for step in steps if not (apart[step.workers] and (one := found[step.workers]) and one.low > least)]


def inconclusive(outcome: Outcome, why: str) -> Outcome:
    return replace(outcome, verdict=ClaimVerdict.INCONCLUSIVE, reason=f"{outcome.reason}, {why}")


def flatness(sweep: Sequence[SweepStep], within: float, looks: Looks | None = None) -> Outcome:
    """Judge whether the slowest number of workers of a sweep is as good as the fastest, to within ``within``.

    Reproduced needs that of every two numbers. Contradicted allows for the choice of the slowest and the fastest.
    """
    fastest, slowest = (choose(sweep, key=lambda step: step.median) for choose in (min, max))
    what = f"{slowest.workers} workers, the slowest, take {{}} times as long as {fastest.workers}, the fastest"
    wanted = f"{1 + within:g} or less"
    outcome = judged(what, step_ratio(slowest, fastest, sweep, looks), len(fastest.values), 0, 1 + within, wanted, looks)
    if outcome.verdict == ClaimVerdict.REPRODUCED:
        found = {(one.workers, other.workers): step_ratio(one, other, sweep, looks) for one, other in permutations(sweep, 2)}
        wider = [pair for pair, ratio in found.items() if ratio and ratio.high > 1 + within]
        if wider:
            return inconclusive(outcome, "but {} workers may take longer than {} by more than that".format(*wider[0]))
    if outcome.verdict == ClaimVerdict.CONTRADICTED:
        values, place = logs(sweep), sweep.index(slowest)
        values[:, place] -= log(1 + within)
        if not distinguished(values, sweep.index(fastest), looks)[place]:
            return inconclusive(outcome, f"but that may be chance, as the slowest and the fastest of {len(sweep)} were chosen")
    return outcome
