"""Write what changed between two campaigns, or between two interpreters of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from concbench.analysis.changes import CANNOT_TELL, FINE, REGRESSED, NotResults, Results, status
from concbench.analysis.naming import percent
from concbench.common.formatting import three_digits
from concbench.environment.interpreter_command import Command
from concbench.environment.surroundings import Environment, UnlikeEnvironment, differences, read_invocations
from concbench.measured.status import Status
from concbench.records.rows import ChangeRow
from concbench.report.wording import headed
from concbench.stats.interval_words import interval
from concbench.stats.verdicts import Verdict

APART = (
    "Each campaign's runs share its day: whatever else differed between the two days counts as a change. To measure both in"
    " the same blocks: make compare BEFORE=path/to/python AFTER=path/to/python"
)
SHOWN = (Verdict.SLOWER, Verdict.FASTER, Verdict.SAME, Verdict.INCONCLUSIVE, Status.SKIPPED)


def text(rows: Sequence[ChangeRow], before: Results, after: Results, allow: float | None = None) -> str:
    """Write a table of all configurations, what else changed, and the conclusion in one line."""
    names = {**before.names, **after.names}
    columns = {
        "configuration": [names.get(row.configuration, row.configuration) for row in rows],
        "before (s)": [three_digits(row.before_s) if row.before_s else "–" for row in rows],
        "after (s)": [three_digits(row.after_s) if row.after_s else "–" for row in rows],
        headed("speed-up", pd.Series([row.level for row in rows], dtype=float)): [
            interval(row.speedup, row.speedup_low or 0, row.speedup_high or 0, row.level or 0) for row in rows
        ],
        "threshold": [share(row.threshold) for row in rows],
        **({} if allow is None else {"slower at most": [share(row.slower_at_most) for row in rows]}),
        "verdict": [": ".join(part for part in (row.verdict, row.reason) if part) for row in rows],
    }
    counts = Counter(row.verdict or Status.SKIPPED for row in rows)
    counted = ", ".join(f"{counts[name]} {name}" for name in SHOWN if counts[name])
    within_one = before.interpreter is not None
    where = f"{after.folder}: " if within_one else ""
    return "\n".join(
        [
            f"{where}{after.label} compared with {before.label}",
            pd.DataFrame(columns).to_markdown(index=False, tablefmt="plain", disable_numparse=True),
            *(f"Changed: {line}" for line in surroundings(before, after)),
            *([] if within_one else [APART]),
            f"{conclusion(status(rows, allow), allow)} Of {len(rows)} configurations: {counted or 'none'}.",
        ]
    )


def share(value: float | None) -> str:
    return "–" if value is None else percent(value)


def conclusion(found: int, allow: float | None) -> str:
    """Word an exit status."""
    fine = "Nothing is slower." if allow is None else f"Nothing is slower by more than {percent(allow)}."
    return {FINE: fine, REGRESSED: "Regression.", CANNOT_TELL: "Inconclusive."}[found]


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
    then, now = (last_environment(results) for results in (before, after))
    return [*(differences(then, now) if then and now else ()), *set_variables(before, after)]


def last_environment(results: Results) -> Environment | None:
    """Return the environment of the last invocation; of one interpreter if only its runs are compared."""
    found = environments(results.folder / "environment.json")
    if not found or results.interpreter is None:
        return found[-1] if found else None
    (name,) = results.campaign.interpreters
    return replace(found[-1], interpreters={name: found[-1].interpreters.get(results.interpreter)})


def set_variables(before: Results, after: Results) -> Iterator[str]:
    """Yield the interpreters for which the two configs set different environment variables, a line each."""
    for name in before.campaign.interpreters.keys() & after.campaign.interpreters.keys():
        then, now = (Command.of(results.campaign.interpreters[name]).variables for results in (before, after))
        if then != now:
            words = [" ".join(f"{key}={value}" for key, value in one.items()) or "none" for one in (then, now)]
            yield f"interpreter {name}, variables set: {words[0]} before, {words[1]} now"
