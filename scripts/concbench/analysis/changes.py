"""Compare two campaigns configuration by configuration: a verdict for each, and an exit status for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from math import inf, log
from pathlib import Path
from typing import Any

import pandas as pd

from concbench.analysis.runs import planned
from concbench.campaign.campaign import CONTROL, OWN, Campaign
from concbench.campaign.campaign_reader import read_campaign
from concbench.campaign.plan import Run, configurations, spec
from concbench.measured.status import Status
from concbench.records.rows import CONFIGURATION_COLUMNS, ChangeRow, ComparisonRow, RunRow
from concbench.records.run_record import RunSpec
from concbench.records.tables import known, read_table
from concbench.stats.intervals import LEVEL, Interval, rank_sum_p, shift_interval
from concbench.stats.ratios import log_makespans
from concbench.stats.verdicts import LEAST_LEVEL, Verdict, relative, verdict

FINE, REGRESSED, CANNOT_TELL = 0, 1, 2
LEAST_RUNS = 5


class NotResults(Exception):
    """A folder holds no results of a campaign; the text says what is missing."""


@dataclass(frozen=True)
class Results:
    """The files of a campaign's folder that are compared."""

    folder: Path
    campaign: Campaign
    runs: pd.DataFrame
    comparisons: pd.DataFrame

    @classmethod
    def read(cls, folder: Path) -> Results:
        """Read a folder. Raises NotResults where it holds no results of a campaign."""
        for name in ("config.json", "runs.csv", "comparisons.csv"):
            if not (folder / name).exists():
                expected = "expected the folder of a measured campaign, such as results/article"
                raise NotResults(f"{folder}: there is no {name}; {expected}")
        runs, comparisons = (
            read_table(folder / f"{name}.csv", row) for name, row in (("runs", RunRow), ("comparisons", ComparisonRow))
        )
        ok = runs["status"] == Status.OK
        require_numbers(folder / "runs.csv", runs[ok], "makespan_s", above_0=True)
        require_numbers(folder / "runs.csv", runs[ok], "machine_speed")
        require_numbers(folder / "comparisons.csv", comparisons, "noise_floor")
        return cls(folder, read_campaign(folder / "config.json"), runs, comparisons)

    def specs(self) -> dict[str, RunSpec]:
        """Return what each configuration measures, less the interpreter's command and, unless own items need it, the seed."""
        asked = {
            configuration.name: spec(self.campaign, Run(configuration, 0, 0))
            for configuration in configurations(self.campaign)
            if configuration.contender != CONTROL
        }
        return {name: replace(one, seed=one.seed if one.workload == OWN else 0, interpreter="") for name, one in asked.items()}

    def was_skipped(self, configuration: str) -> bool:
        """Tell whether all of the configuration's runs were skipped."""
        return set(self.runs.loc[self.runs["configuration"] == configuration, "status"]) == {Status.SKIPPED}

    def floor(self, configuration: str) -> float | None:
        """Return by how much the configuration's control differs from itself."""
        own = self.comparisons.loc[self.comparisons["configuration"] == configuration, "noise_floor"]
        return known(own.iloc[0]) if len(own) else None

    def median_s(self, configuration: str) -> float:
        """Return the median makespan of the configuration's runs that count."""
        runs = self.runs[(self.runs["configuration"] == configuration) & (self.runs["status"] == Status.OK)]
        return float(runs["makespan_s"].median())

    def machine_speed(self, configuration: str) -> float | None:
        """Return the median speed of the machine beside the configuration's runs."""
        speed: float | None = known(self.runs.loc[self.runs["configuration"] == configuration, "machine_speed"].median())
        return speed


def require_numbers(path: Path, table: pd.DataFrame, column: str, above_0: bool = False) -> None:
    """Raise NotResults where a column holds something else than numbers; an empty field is none unless it must be above 0."""
    numbers = pd.to_numeric(table[column], errors="coerce")
    wrong = ~((numbers > 0) & (numbers < inf)) if above_0 else numbers.isna() & table[column].notna()
    if wrong.any():
        found = table[column][wrong].iloc[0]
        expected = "a number above 0, for a run that is ok" if above_0 else "a number"
        raise NotResults(f"{path}: {column}: {'empty' if pd.isna(found) else repr(str(found))}: expected {expected}")


def changed(before: Results, after: Results) -> list[ChangeRow]:
    """Make a row for each configuration of either campaign, those of ``after`` first."""
    then, now = before.specs(), after.specs()
    makespans_then, makespans_now = log_makespans(before.runs), log_makespans(after.runs)
    rows = []
    for name in [*now, *(name for name in then if name not in now)]:
        results = after if name in now else before
        row = ChangeRow(**about(results, name), before_campaign=before.campaign.name, verdict=Verdict.INCONCLUSIVE)
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
    """Return the columns that identify a configuration, and its workers."""
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
    times = found.exp() if found else None
    if times:
        row.speedup, row.speedup_low, row.speedup_high, row.level = times.estimate, times.low, times.high, times.level
    row.p = rank_sum_p(list(then), list(now))
    row.verdict = verdict(times, after.campaign.margin, row.noise_floor)
    if row.verdict is Verdict.SAME and relative(log(row.machine_speedup or 1)) > after.campaign.margin:
        row.verdict = Verdict.INCONCLUSIVE  # as fast as before on a machine that isn't
    if row.verdict is Verdict.INCONCLUSIVE:
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
    """Select the rows whose difference is more than chance would bring about among so many, by Holm's method."""
    tested = sorted((row for row in rows if row.p is not None), key=lambda row: row.p or 0)
    beyond = [(row.p or 0) * (len(tested) - place) <= 1 - LEVEL for place, row in enumerate(tested)]
    return tested[: beyond.index(False)] if False in beyond else tested


def status(rows: Sequence[ChangeRow]) -> int:
    """Return the command's exit status."""
    if any(row.verdict is Verdict.SLOWER for row in beyond_chance(rows)):
        return REGRESSED
    decided = {row.verdict for row in rows} - {None}
    return CANNOT_TELL if decided & {Verdict.INCONCLUSIVE, Verdict.SLOWER} or not decided else FINE
