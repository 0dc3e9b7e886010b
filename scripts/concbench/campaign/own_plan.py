"""Plan a campaign for the user's function from the pilot's findings: its contenders and sizes. Pure functions.

A plan that takes longer than the budget gives up the third size first, then the contenders that promise least, and then the
A/A control. If not even the smallest plan fits, an error says which budget it needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from concbench.campaign.own_candidates import ALL, Candidate, baseline, candidates, left_out, nice
from concbench.campaign.own_file import OwnFileFacts
from concbench.campaign.own_kind import Kind, best_workers, kind_of
from concbench.campaign.run_costs import OVERHEAD_S, PROBE_S
from concbench.common.formatting import one_line, short_time
from concbench.measured.own_check import CHECKED, ENOUGH, ENOUGH_S
from concbench.records.pilot import Pilot

AT_LEAST = 7  # blocks before the first look
FIRST_LOOK = 0.7  # of the budget may be spent until the first look; the estimates are rather high
LEAST_PLAN = 0.9  # the same, if otherwise nothing could be measured
REPORT_S = 18.0  # kept for starting, tables and figures
JOB_S = 0.5  # a job one after the other should take about this long, or pools show their start alone
LONGEST_JOB = 1 / 60  # the longest it may take, as a share of the budget
LEAST_ITEMS, MOST_ITEMS = 2, 100_000
MOST_BYTES = 200_000_000  # of items and results
FEW, LEAST = 5, 2  # contenders in addition to the baseline: those that are worth more than the control; the fewest
APART = 1.5  # times as many workers as others, from which on it is another number
SOON = 3  # items; a contender that is faster from fewer on pays at once
MOST_SLOWER, MOST_SLOWER_S = 4, 2.0  # times as slow as a plain loop, and so much longer: nobody needs the exact number


class NoPlan(Exception):
    """Report why nothing can be measured, and what to do."""


@dataclass(frozen=True)
class Plan:
    """Describe what is measured: the contenders without the baseline, the most promising first, and the sizes."""

    baseline: Candidate
    contenders: Sequence[Candidate]
    has_control: bool
    sizes: Sequence[int]  # the smallest first

    @property
    def configurations(self) -> Iterator[tuple[Candidate, int]]:
        """Yield each contender with each size, the baseline twice if it is the control."""
        for one in [self.baseline] * (2 if self.has_control else 1) + list(self.contenders):
            yield from ((one, size) for size in self.sizes)


def plan(pilot: Pilot, facts: OwnFileFacts, cpus: int, budget_s: float) -> Plan:
    """Return the richest plan whose blocks before the first look fit into the budget. Raise NoPlan if none does.

    Args:
        pilot: What the pilot found.
        facts: What the file has.
        cpus: Number of CPUs.
        budget_s: Time that measuring may take.
    """
    if pilot.answer.items_available is not None and pilot.answer.items_available < LEAST_ITEMS:
        raise NoPlan(f"ITEMS has {pilot.answer.items_available} item, so nothing can be done at the same time. Add items.")
    if not candidates(pilot, facts, cpus):
        reasons = "; ".join(f"{model}: {why}" for model, why in left_out(pilot, facts).items())
        raise NoPlan(f"{one_line(f'it can only be done one item after the other. {reasons}').rstrip('.')}.")
    tried = list(variants(pilot, facts, cpus, budget_s))
    largest = max(one.sizes[-1] for one in tried)
    for wanted in wanted_sizes(pilot):
        for one in tried:
            if one.sizes[-1] >= min(wanted, largest) and first_look_s(one, pilot, facts) <= FIRST_LOOK * budget_s:
                return one
    possible = [one for one in tried if first_look_s(one, pilot, facts) <= LEAST_PLAN * budget_s]
    if possible:
        return max(possible, key=lambda one: one.sizes[-1])
    needed_s, size = first_look_s(tried[-1], pilot, facts), tried[-1].sizes[-1]
    smaller = " or smaller items" if size * pilot.item_s > OVERHEAD_S else ""
    raise NoPlan(
        f"the least that shows anything, {AT_LEAST} blocks of {size} items, takes about {ceil(needed_s)} s, as an item takes"
        f" {short_time(pilot.item_s)}. Give a larger budget{smaller}: {needed_budget(needed_s)}."
    )


def variants(pilot: Pilot, facts: OwnFileFacts, cpus: int, budget_s: float) -> Iterator[Plan]:
    """Yield plans, those with more before those with less, each for the largest sizes first."""
    first, found = baseline(facts), candidates(pilot, facts, cpus)
    large = size_range(pilot, budget_s)
    at_once = min((pays_from(one, pilot.item_s) for one in found if one.speedup > 1), default=SOON) < SOON
    for count, has_control, sizes in shapes(len(found), at_once):
        for size in large:
            chosen = fitted(found, size, pilot.item_s)[:count]
            small = smaller_sizes(size, sizes, pilot, chosen)
            if len(small) == sizes:
                yield Plan(first, chosen, has_control, small)
    yield Plan(first, found[:LEAST], has_control=False, sizes=large[-1:])


def fitted(found: Sequence[Candidate], size: int, item_s: float) -> list[Candidate]:
    """Return the contenders for a job, with no more workers than items, and without those that promise to be far slower.

    Numbers of workers that are nearly the same count once.
    """
    work_s, chosen = size * item_s, list[Candidate]()
    for one in found:
        if isinstance(one.workers, int):
            one = replace(one, workers=min(one.workers, size))
        rivals = (other for other in chosen if other.contender == one.contender)
        if one.takes_s(work_s) <= MOST_SLOWER * work_s + MOST_SLOWER_S and not any(alike(one, other, size) for other in rivals):
            chosen.append(one)
    return chosen


def alike(one: Candidate, other: Candidate, size: int) -> bool:
    """Check whether the numbers of workers of a contender are nearly the same."""
    counts = [size if workers == ALL else workers for workers in (one.workers, other.workers)]
    numbers = [count for count in counts if isinstance(count, int)]
    return len(numbers) == 2 and max(numbers) < APART * min(numbers)


def shapes(candidates: int, pays_at_once: bool) -> Iterator[tuple[int, bool, int]]:
    """Yield numbers of contenders, whether there is a control, and numbers of sizes, those with more before those with less.

    Where concurrency pays from the first few items on, a second size tells less than a third contender.
    """
    some, few = min(FEW, candidates), min(LEAST, candidates)
    yield candidates, True, 3
    yield from ((count, True, 2) for count in range(candidates, some - 1, -1))
    yield from ((count, False, 2) for count in range(some, few, -1))
    if pays_at_once:
        yield from ((count, False, 1) for count in range(some, few, -1))
    yield few, False, 2
    yield few, False, 1


def size_range(pilot: Pilot, budget_s: float) -> list[int]:
    """Return the sizes that the largest job may have, the largest first."""
    most = min(MOST_ITEMS, ceil(LONGEST_JOB * budget_s / pilot.item_s))
    most = max(most, 2 * widest(pilot))
    each_bytes = (pilot.answer.item_bytes or 0.0) + (pilot.answer.result_bytes or 0.0)
    if each_bytes:
        most = min(most, max(LEAST_ITEMS, int(MOST_BYTES / each_bytes)))
    if pilot.answer.items_available is not None:
        most = min(most, pilot.answer.items_available)
    digits = (nice_digit * 10**power for power in range(6) for nice_digit in (1, 2, 3, 5, 7))
    return sorted({most, *(size for size in digits if 2 <= size <= most)}, reverse=True)


def widest(pilot: Pilot) -> int:
    """Return the most items that it helps to do at a time, among the numbers that the pilot tried."""
    return max(2, best_workers(pilot.answer.threads), best_workers(pilot.answer.tasks))


def wanted_sizes(pilot: Pilot) -> list[float]:
    """Return how many items the largest job should have, what is wished before what is enough."""
    enough = JOB_S / pilot.item_s
    wide = 2 * widest(pilot) if kind_of(pilot) == Kind.WAITING else 2
    return [max(enough, wide), max(enough, wide / 2), max(enough / 4, wide / 4, 4)]


def smaller_sizes(size: int, count: int, pilot: Pilot, chosen: Sequence[Candidate]) -> list[int]:
    """Return ``count`` sizes up to this one: the smallest is about the first for which concurrency pays."""
    pays = min((pays_from(one, pilot.item_s) for one in chosen if one.speedup > 1), default=size / 8)
    small = nice(max(2, min(ceil(2 * pays), size // 4)))
    found = {size}
    if count > 1 and small < size:
        found.add(small)
    if count > 2 and size >= 9 * small:
        found.add(nice(round((small * size) ** 0.5)))
    return sorted(found)


def pays_from(one: Candidate, item_s: float) -> float:
    """Estimate from how many items on a contender is faster than one item after the other."""
    return one.start_s / (item_s * (1 - 1 / one.speedup))


def run_s(one: Candidate, size: int, pilot: Pilot, facts: OwnFileFacts) -> float:
    """Estimate what a run takes, with its start, its items and the check of its results."""
    answer = pilot.answer
    again = 0.0 if facts.has_check else again_s(min(CHECKED, size), pilot.item_s)
    prepared_s = answer.import_s + 2 * (answer.make_s + size * answer.make_item_s)
    return OVERHEAD_S + prepared_s + again + one.takes_s(size * pilot.item_s)


def again_s(items: int, item_s: float) -> float:
    """Estimate how long it takes to do items again after a run, which stops when it has taken long enough."""
    return min(items, max(ENOUGH, ceil(ENOUGH_S / item_s))) * item_s


def first_look_s(plan: Plan, pilot: Pilot, facts: OwnFileFacts) -> float:
    """Estimate how long the blocks before the first look take."""
    block_s = PROBE_S + sum(run_s(one, size, pilot, facts) for one, size in plan.configurations)
    return AT_LEAST * block_s


def measuring_s(budget_s: float, pilot_s: float) -> float:
    """Return how long measuring may take, so that the pilot, tables and figures fit into the user's budget, too."""
    return max(1.0, budget_s - pilot_s - REPORT_S)


def needed_budget(first_look_s: float) -> str:
    """Return a budget that allows as much time until the first look."""
    minutes = ceil((first_look_s / FIRST_LOOK + REPORT_S + 10) / 60)
    return f"BUDGET={minutes}m"
