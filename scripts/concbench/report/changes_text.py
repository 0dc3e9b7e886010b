"""Write what changed between two campaigns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from concbench.analysis.changes import CANNOT_TELL, FINE, REGRESSED, NotResults, Results, status
from concbench.analysis.naming import percent
from concbench.common.formatting import three_digits
from concbench.environment.interpreters import Command
from concbench.environment.surroundings import Environment, UnlikeEnvironment, differences, read_invocations
from concbench.measured.status import Status
from concbench.records.rows import ChangeRow
from concbench.stats.interval_words import interval
from concbench.stats.verdicts import Verdict

SHOWN = (Verdict.SLOWER, Verdict.FASTER, Verdict.SAME, Verdict.INCONCLUSIVE, Status.SKIPPED)


def text(rows: Sequence[ChangeRow], before: Results, after: Results) -> str:
    """Write a table of all configurations, what else changed, and the conclusion in one line."""
    names = {**before.names, **after.names}
    table = pd.DataFrame(
        {
            "configuration": [names.get(row.configuration, row.configuration) for row in rows],
            "before (s)": [three_digits(row.before_s) if row.before_s else "–" for row in rows],
            "after (s)": [three_digits(row.after_s) if row.after_s else "–" for row in rows],
            "speed-up": [interval(row.speedup, row.speedup_low or 0, row.speedup_high or 0, row.level or 0) for row in rows],
            "A/A or CPU change": ["–" if row.noise_floor is None else percent(row.noise_floor) for row in rows],
            "verdict": [": ".join(part for part in (row.verdict, row.reason) if part) for row in rows],
        }
    )
    counts = Counter(row.verdict or Status.SKIPPED for row in rows)
    counted = ", ".join(f"{counts[name]} {name}" for name in SHOWN if counts[name])
    conclusion = {FINE: "Nothing is slower.", REGRESSED: "Regression.", CANNOT_TELL: "Inconclusive."}[status(rows)]
    return "\n".join(
        [
            f"{after.folder} compared with {before.folder}",
            table.to_markdown(index=False, tablefmt="plain", disable_numparse=True),
            *(f"Changed: {line}" for line in surroundings(before, after)),
            *chance_of(rows),
            f"{conclusion} Of {len(rows)} configurations: {counted or 'none'}.",
        ]
    )


def chance_of(rows: Sequence[ChangeRow]) -> Iterator[str]:
    """Warn where chance may explain what is slower."""
    slower = [row for row in rows if row.verdict is Verdict.SLOWER]
    if slower and status(rows) == CANNOT_TELL:
        tested = sum(row.p is not None for row in rows)
        by_chance = sum((1 - (row.level or 0)) / 2 for row in rows if row.p is not None)
        by_chance_alone = f"chance alone would call about {by_chance:.2g} slower"
        yield f"Of {tested} configurations, {by_chance_alone}. Measure more runs and compare again."


def environments(path: Path) -> list[Environment]:
    """Read the environments of a campaign's invocations. Raises NotResults where the file is damaged."""
    try:
        return read_invocations(path)
    except UnlikeEnvironment as error:
        raise NotResults(str(error)) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        expected = "expected what the pipeline wrote; delete the file to compare without it"
        raise NotResults(f"{path}: it can't be read ({error}); {expected}") from error


def surroundings(before: Results, after: Results) -> list[str]:
    """List what differs in machine, interpreters and packages between the last invocations of the two."""
    then, now = (environments(results.folder / "environment.json") for results in (before, after))
    return [*(differences(then[-1], now[-1]) if then and now else ()), *set_variables(before, after)]


def set_variables(before: Results, after: Results) -> Iterator[str]:
    """Yield the interpreters for which the two configs set different environment variables, a line each."""
    for name in before.campaign.interpreters.keys() & after.campaign.interpreters.keys():
        then, now = (Command.of(results.campaign.interpreters[name]).variables for results in (before, after))
        if then != now:
            words = [" ".join(f"{key}={value}" for key, value in one.items()) or "none" for one in (then, now)]
            yield f"interpreter {name}, variables set: {words[0]} before, {words[1]} now"
