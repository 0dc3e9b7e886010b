"""Compare two campaigns configuration by configuration: a verdict for each, and an exit status for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from math import exp, log
from pathlib import Path
from typing import Any

import pandas as pd
from scipy import stats

from concbench.analysis.runs import planned
from concbench.campaign.campaign import CONTROL, OWN, Campaign
from concbench.campaign.plan import Run, configurations, spec
from concbench.campaign.reader import read_campaign
from concbench.common.formatting import three_digits
from concbench.environment.invocation import differences, read_invocations
from concbench.records.rows import CONFIGURATION_COLUMNS, ChangeRow, ComparisonRow, RunRow
from concbench.records.run_record import RunSpec
from concbench.records.tables import known, read_table
from concbench.stats.intervals import LEVEL, Interval, shift_interval
from concbench.stats.ratios import log_makespans
from concbench.stats.verdicts import LEAST_LEVEL, relative, verdict
from concbench.stats.wording import interval

FINE, REGRESSED, CANNOT_TELL = 0, 1, 2
LEAST_RUNS = 5


class NotResults(Exception):
    """A folder holds no results of a campaign; the text says what is missing."""


@dataclass(frozen=True)
class Results:
    """What a campaign's folder holds that is compared."""

    folder: Path
    campaign: Campaign
    runs: pd.DataFrame
    comparisons: pd.DataFrame

    @classmethod
    def read(cls, folder: Path) -> Results:
        """Raises NotResults where the folder holds no results of a campaign."""
        for name in ("config.json", "runs.csv", "comparisons.csv"):
            if not (folder / name).exists():
                expected = "expected the folder of a measured campaign, such as results/article"
                raise NotResults(f"{folder}: there is no {name}; {expected}")
        runs, comparisons = (
            read_table(folder / f"{name}.csv", row) for name, row in (("runs", RunRow), ("comparisons", ComparisonRow))
        )
        return cls(folder, read_campaign(folder / "config.json"), runs, comparisons)

    def specs(self) -> dict[str, RunSpec]:
        """What each configuration measures, but for the interpreter's command and, unless own items hang on it, the seed."""
        asked = {
            configuration.name: spec(self.campaign, Run(configuration, 0, 0))
            for configuration in configurations(self.campaign)
            if configuration.contender != CONTROL
        }
        return {name: replace(one, seed=one.seed if one.workload == OWN else 0, interpreter="") for name, one in asked.items()}

    def was_skipped(self, configuration: str) -> bool:
        """Whether all of the configuration's runs were."""
        return set(self.runs.loc[self.runs["configuration"] == configuration, "status"]) == {"skipped"}

    def floor(self, configuration: str) -> float | None:
        """By how much the configuration's control differs from itself."""
        own = self.comparisons.loc[self.comparisons["configuration"] == configuration, "noise_floor"]
        return known(own.iloc[0]) if len(own) else None

    def median_s(self, configuration: str) -> float:
        """The median makespan of the configuration's runs that count."""
        runs = self.runs[(self.runs["configuration"] == configuration) & (self.runs["status"] == "ok")]
        return float(runs["makespan_s"].median())

    def machine_speed(self, configuration: str) -> float | None:
        """The median speed of the machine beside the configuration's runs."""
        speed: float | None = known(self.runs.loc[self.runs["configuration"] == configuration, "machine_speed"].median())
        return speed


def changed(before: Results, after: Results) -> list[ChangeRow]:
    """A row for each configuration of either campaign, those of ``after`` first."""
    then, now = before.specs(), after.specs()
    makespans_then, makespans_now = log_makespans(before.runs), log_makespans(after.runs)
    rows = []
    for name in [*now, *(name for name in then if name not in now)]:
        results = after if name in now else before
        row = ChangeRow(**about(results, name), before_campaign=before.campaign.name, verdict="inconclusive")
        if name not in then or name not in now:
            row.reason = f"{(before if name in now else after).folder} has no such configuration"
        elif then[name] != now[name]:
            row.reason = f"not the same work: {', '.join(differing(then[name], now[name]))} differs"
        elif before.was_skipped(name) and after.was_skipped(name):
            row.verdict, row.reason = None, "skipped in both"
        elif name not in makespans_then or name not in makespans_now:
            row.reason = f"{(after if name in makespans_then else before).folder} has no run of it that counts"
        else:
            judge(row, makespans_then[name], makespans_now[name], before, after)
        rows.append(row)
    return rows


def about(results: Results, configuration: str) -> dict[str, Any]:
    """What identifies a configuration, and its workers."""
    (own,) = (one for one in configurations(results.campaign) if one.name == configuration)
    run = asdict(planned(results.campaign, Run(own, 1, 1), record=""))
    workers = known(results.runs.loc[results.runs["configuration"] == configuration, "workers"].max())
    return {**{name: run[name] for name in CONFIGURATION_COLUMNS}, "workers": workers}


def differing(then: RunSpec, now: RunSpec) -> Iterator[str]:
    return (name for name, value in vars(then).items() if vars(now)[name] != value)


def judge(row: ChangeRow, then: pd.Series, now: pd.Series, before: Results, after: Results) -> None:
    """Fill in figures and verdict. A change no larger than the controls' or the machine's own speed's decides nothing.

    ``then`` and ``now`` are logarithms of makespans. Runs of two campaigns have no pairs: the interval is that of the shift.
    """
    speeds = [results.machine_speed(row.configuration) for results in (before, after)]
    if speeds[0] and speeds[1]:
        row.machine_speedup = speeds[1] / speeds[0]
    floors = [before.floor(row.configuration), after.floor(row.configuration), relative(log(row.machine_speedup or 1))]
    row.noise_floor = max(floor for floor in floors if floor is not None)
    row.before_s, row.after_s = (results.median_s(row.configuration) for results in (before, after))
    row.before_n, row.after_n = len(then), len(now)
    found = shift_interval(list(then), list(now))
    times = Interval(exp(found.estimate), exp(found.low), exp(found.high), found.level) if found else None
    if times:
        row.speedup, row.speedup_low, row.speedup_high, row.level = times.estimate, times.low, times.high, times.level
    row.p = float(stats.mannwhitneyu(then, now, method="exact").pvalue)
    row.verdict = verdict(times, after.campaign.margin, row.noise_floor)
    if row.verdict == "same" and relative(log(row.machine_speedup or 1)) > after.campaign.margin:
        row.verdict = "inconclusive"  # as fast as before on a machine that isn't
    if row.verdict == "inconclusive":
        row.reason = why_inconclusive(row, times, after.campaign.margin)


def why_inconclusive(row: ChangeRow, times: Interval | None, margin: float) -> str:
    if times is None or times.level < LEAST_LEVEL:
        return f"too few runs: {LEAST_RUNS} of each would decide more"
    if 1 / (1 + margin) <= times.low and times.high <= 1 + margin:
        return f"the times are the same, but the machine's speed changed by {(row.machine_speedup or 1) - 1:+.0%}"
    if relative(log(times.estimate)) <= (row.noise_floor or 0):
        return "no larger than the noise"
    return "the interval reaches both ways: more runs would decide"


def beyond_chance(rows: Sequence[ChangeRow]) -> list[ChangeRow]:
    """The rows whose difference is more than chance would bring about among so many, by the method of Holm."""
    tested = sorted((row for row in rows if row.p is not None), key=lambda row: row.p or 0)
    chance = [(row.p or 0) * (len(tested) - place) > 1 - LEVEL for place, row in enumerate(tested)]
    return tested[: chance.index(True)] if True in chance else tested


def status(rows: Sequence[ChangeRow]) -> int:
    """The command's exit status."""
    if any(row.verdict == "slower" for row in beyond_chance(rows)):
        return REGRESSED
    decided = {row.verdict for row in rows} - {None}
    return CANNOT_TELL if decided & {"inconclusive", "slower"} or not decided else FINE


def text(rows: Sequence[ChangeRow], before: Results, after: Results) -> str:
    """A table of all configurations, what else is different, and the conclusion in a line."""
    table = pd.DataFrame(
        {
            "configuration": [row.configuration for row in rows],
            "before (s)": [three_digits(row.before_s) if row.before_s else "–" for row in rows],
            "after (s)": [three_digits(row.after_s) if row.after_s else "–" for row in rows],
            "times as fast": [
                interval(row.speedup, row.speedup_low or 0, row.speedup_high or 0, row.level or 0) for row in rows
            ],
            "noise floor": ["–" if row.noise_floor is None else f"{row.noise_floor:.1%}" for row in rows],
            "verdict": [": ".join(part for part in (row.verdict, row.reason) if part) for row in rows],
        }
    )
    counts = Counter(row.verdict or "skipped" for row in rows)
    counted = ", ".join(
        f"{counts[name]} {name}" for name in ("slower", "faster", "same", "inconclusive", "skipped") if counts[name]
    )
    conclusion = {FINE: "Fine: nothing is slower.", REGRESSED: "Regressed.", CANNOT_TELL: "Can't tell."}[status(rows)]
    return "\n".join(
        [
            f"{after.folder} beside {before.folder}",
            table.to_markdown(index=False, tablefmt="plain", disable_numparse=True),
            *(f"Other than before: {line}" for line in surroundings(before, after)),
            *chance_of(rows),
            f"{conclusion} Of {len(rows)} configurations: {counted or 'none'}.",
        ]
    )


def chance_of(rows: Sequence[ChangeRow]) -> Iterator[str]:
    """That what is slower may be so by chance, where it may."""
    slower = [row for row in rows if row.verdict == "slower"]
    if slower and status(rows) == CANNOT_TELL:
        tested = sum(row.p is not None for row in rows)
        by_chance = sum((1 - (row.level or 0)) / 2 for row in rows if row.p is not None)
        called = f"{by_chance:.2g} would be called slower by chance"
        yield f"Among {tested} configurations {called}: measure more, and compare again."


def surroundings(before: Results, after: Results) -> list[str]:
    """What is different in machine, interpreters and packages between the last invocations of the two."""
    then, now = (read_invocations(results.folder / "environment.json") for results in (before, after))
    return list(differences(then[-1], now[-1])) if then and now else []
