"""Say on the console what the pilot found out about the user's function, and what is measured. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator

from concbench.campaign.own_config import left_out_by, works_elsewhere
from concbench.campaign.own_file import OwnFileFacts
from concbench.campaign.own_kind import Kind, kind_of
from concbench.campaign.own_plan import AT_LEAST, Plan, first_look_s
from concbench.common.formatting import duration, short_time
from concbench.records.pilot import Pilot
from concbench.records.run_record import Workers

SEVERAL = 1.1  # CPUs: an item that uses more has several threads
GAIN = 1.1  # times as fast: less may be chance
INTERFERES = 0.05  # of the CPU time: other programs that use more interfere with runs
WORDS = {
    Kind.WAITING: "it mostly waits",
    Kind.RELEASES_LOCK: "it computes, and lets go of the interpreter's lock",
    Kind.HOLDS_LOCK: "it computes, and holds the interpreter's lock",
    Kind.USES_LIBRARY_THREADS: "it computes, in threads of a library",
}


def said(plan: Plan, pilot: Pilot, facts: OwnFileFacts, file: str, budget_s: float) -> list[str]:
    """Return the lines for the console: what was found, what can't run, what is measured, and how long that takes."""
    without = "; ".join(f"{model}: {why}" for model, why in left_out_by(plan, pilot, facts).items())
    return [
        work_line(pilot, file),
        *speedup_line(pilot),
        *notes(pilot),
        *([f"Left out: {without}."] if without else []),
        f"Measured with {sizes_in_words(plan)}: {contenders_in_words(plan)}.",
        time_line(first_look_s(plan, pilot, facts), budget_s),
    ]


def time_line(first_look_s: float, budget_s: float) -> str:
    first, most = duration(first_look_s), duration(budget_s)
    return f"{AT_LEAST} blocks take about {first}. While something is inconclusive, more follow, for up to {most}."


def work_line(pilot: Pilot, file: str) -> str:
    """Say what an item is like: ``work.py, CPython 3.11.7: an item takes 52 ms, and uses a CPU for 3 % of that: it …``."""
    share = pilot.cpu_share
    used = f"uses {share:.1f} CPUs" if share > SEVERAL else f"uses a CPU for {min(share, 1.0):.0%} of that"
    return f"{file}, {pilot.answer.python}: an item takes {short_time(pilot.item_s)}, and {used}: {kind_in_words(pilot)}."


def kind_in_words(pilot: Pilot) -> str:
    """Say what kind of work it is. Only threads that were tried show whether it holds the lock."""
    kind = kind_of(pilot)
    return "it computes" if kind == Kind.HOLDS_LOCK and not pilot.answer.threads else WORDS[kind]


def speedup_line(pilot: Pilot) -> Iterator[str]:
    """Say what threads and tasks gained in the pilot."""
    than, parts = " one item after the other", []
    for ladder, name in ((pilot.answer.threads, "threads"), (pilot.answer.tasks, "tasks in an event loop")):
        if ladder:
            best = max(ladder, key=lambda step: step.speedup)
            gains = best.speedup > GAIN
            gain = f"{rounded(best.speedup)} times as fast as" if gains else "no faster than"
            gain = gain if than else gain.rpartition(" ")[0]
            parts.append(f"{best.workers} {name} were {gain}{than}")
            than = ""
    if parts:
        yield f"In the pilot, {'; '.join(parts)}."


def rounded(speedup: float) -> str:
    return f"{speedup:.2g}" if speedup < 99.5 else f"{speedup:.0f}"


def notes(pilot: Pilot) -> Iterator[str]:
    """Yield a sentence for each thing that may mislead."""
    yield from pilot.answer.notes
    if pilot.answer.numeric_libraries:
        yield f"It loads {', '.join(pilot.answer.numeric_libraries)}."
    if works_elsewhere(pilot):
        yield (
            f"Other programs use {pilot.background_cpu:.0%} of the CPUs while it works, so they seem to do a part of it, as a"
            " database does. Their CPU time excludes no run."
        )
    elif pilot.idle_background_cpu > INTERFERES:
        yield (
            f"Other programs use {pilot.idle_background_cpu:.0%} of the CPUs. Stop them: runs with which they interfere are"
            " measured again, and may not count."
        )


def sizes_in_words(plan: Plan) -> str:
    *smaller, largest = [str(size) for size in plan.sizes]
    return f"{', '.join(smaller)} and {largest} items" if smaller else f"{largest} items"


def contenders_in_words(plan: Plan) -> str:
    """List the contenders with their numbers of workers: ``sync; threads with 4, 8 and the default number``."""
    counts: dict[str, list[Workers]] = {}
    for one in (plan.baseline, *plan.contenders):
        counts.setdefault(one.contender, []).extend([] if one.workers is None else [one.workers])
    return "; ".join(f"{name} ({workers_in_words(workers)})" if workers else name for name, workers in counts.items())


def workers_in_words(workers: list[Workers]) -> str:
    return ", ".join(
        map(str, [*sorted(one for one in workers if isinstance(one, int)), *(one for one in workers if isinstance(one, str))])
    )
