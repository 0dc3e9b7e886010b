"""Write what is known so far of a campaign, in lines for the console. Pure functions."""

from __future__ import annotations

from concbench.common.formatting import three_digits
from concbench.workflow.forecast import count
from concbench.workflow.medians import ConditionSoFar, SoFar
from concbench.workflow.terminal import padded, width_of

NAMED = 4  # configurations on one line, without the baseline
LEAST_WIDTH = 8  # of a configuration's title


def not_counted(runs: int) -> list[str]:
    """Say that some runs don't count; say nothing if all do."""
    return [f"{count(runs, 'run')} {'does' if runs == 1 else 'do'}n't count"] if runs else []


def sentences(*said: str) -> str:
    return "".join(f"{one}. " for one in said).rstrip()


def preliminary(then: str, lost: int) -> str:
    """Say that the medians are preliminary, and how many runs are not in them."""
    return sentences(f"Preliminary: verdicts come with {then}", *not_counted(lost))


def in_short(found: ConditionSoFar, lost: int) -> str:
    """Write what is known so far of one condition on one line: the fastest configurations, and the baseline."""
    more = len(found.others) - NAMED
    named = [f"{one.title} {seconds(one)}{f' ({times(one)})' if one.speedup else ''}" for one in found.others[:NAMED]]
    others = [f"{more} more"] if more > 0 else []
    baseline = [f"{found.baseline.title} {seconds(found.baseline)}"] if found.baseline else []
    return sentences(
        f"{found.title} so far: {'; '.join([*named, *others, *baseline])}",
        f"Preliminary medians, and speed-ups over {found.baseline_name}",
        *not_counted(lost),
    )


def table(found: ConditionSoFar, most: int, columns: int) -> list[str]:
    """Write what is known so far of one condition: a heading, and ``most`` lines below it at most, of limited width."""
    room = most - (found.baseline is not None)
    shown = found.others if len(found.others) <= room else found.others[: room - 1]
    more = len(found.others) - len(shown)
    rows = [
        *((f"  {one.title}", seconds(one), times(one)) for one in shown),
        *([(f"  {more} more", "", "")] if more else []),
        *([(f"  {found.baseline.title}", seconds(found.baseline), "")] if found.baseline else []),
    ]
    heading = (f"{found.title} so far", "median", f"speed-up over {found.baseline_name}")
    for_medians, for_speedups = (max(len(row[place]) for row in rows) for place in (1, 2))
    for_medians = max(for_medians, len(heading[1]))
    longest = max(width_of(title) for title, *_ in [heading, *rows])
    width = min(longest, max(columns - for_medians - for_speedups - 4, LEAST_WIDTH))
    return [
        f"{padded(title, width)}  {median:>{for_medians}}  {speedup}".rstrip() for title, median, speedup in [heading, *rows]
    ]


def seconds(one: SoFar) -> str:
    return f"{three_digits(one.median_s)} s"


def times(one: SoFar) -> str:
    return f"{three_digits(one.speedup)}×" if one.speedup else ""
