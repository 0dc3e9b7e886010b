"""Compare two campaigns, or the two interpreters of one, by configuration: a verdict for each, and one exit status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from math import exp, inf, log
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from concbench.analysis.naming import changed_by, configuration_names, titled
from concbench.analysis.runs import FAULTY, planned
from concbench.campaign.campaign import CONTROL, OWN, Campaign
from concbench.campaign.campaign_reader import read_campaign
from concbench.campaign.plan import Configuration, Run, configurations, spec
from concbench.measured.status import Status
from concbench.records.conditions import Condition, condition_of
from concbench.records.rows import CONFIGURATION_COLUMNS, ChangeRow, ComparisonRow, RunRow
from concbench.records.run_record import RunSpec
from concbench.records.tables import known, read_table
from concbench.stats.intervals import Interval, shift_interval
from concbench.stats.relabelling import LEAST_PAIRS, LEAST_RUNS, Change, changes_between, changes_within
from concbench.stats.verdicts import Verdict, relative

FINE, REGRESSED, CANNOT_TELL = 0, 1, 2


class NotResults(Exception):
    """Raised for a folder without a campaign's results; the text names what is missing."""


@dataclass(frozen=True)
class Results:
    """Represent one side of a comparison: a campaign's tables, or their rows for one of its interpreters."""

    folder: Path
    campaign: Campaign
    runs: pd.DataFrame
    comparisons: pd.DataFrame
    interpreter: str | None = None  # the interpreter whose runs these are; None for all runs
    title: str = ""  # the interpreter's

    @classmethod
    def read(cls, folder: Path) -> Results:
        """Read a folder. Raises NotResults where a file is missing."""
        for name in ("config.json", "runs.csv", "comparisons.csv"):
            if not (folder / name).exists():
                raise NotResults(f"{folder}: no {name} here; give the folder of a measured campaign, such as results/article")
        runs, comparisons = (
            read_table(folder / f"{name}.csv", row) for name, row in (("runs", RunRow), ("comparisons", ComparisonRow))
        )
        ok = runs["status"] == Status.OK
        require_numbers(folder / "runs.csv", runs[ok], "makespan_s", above_0=True, needed=True)
        require_numbers(folder / "runs.csv", runs[ok], "machine_speed", above_0=True)
        require_numbers(folder / "comparisons.csv", comparisons, "speedup", above_0=True)
        return cls(folder, read_campaign(folder / "config.json"), runs, comparisons)

    def on(self, interpreter: str, name: str) -> Results:
        """Return the runs of one interpreter, called ``name`` from now on: configurations then have the same ids."""
        titles = titled(self.campaign, self.runs).interpreter_titles
        ids = {
            one.name: replace(one, interpreter=name).name
            for one in configurations(self.campaign)
            if one.interpreter == interpreter
        }
        runs, comparisons = (
            table[table["interpreter"] == interpreter].assign(
                configuration=lambda own: own["configuration"].map(ids), interpreter=name
            )
            for table in (self.runs, self.comparisons)
        )
        campaign = replace(self.campaign, interpreters={name: self.campaign.interpreters[interpreter]}, interpreter_titles={})
        return Results(self.folder, campaign, runs, comparisons, interpreter, titles[interpreter])

    @property
    def label(self) -> str:
        """Name this side in messages: the folder, or the interpreter."""
        return self.title or str(self.folder)

    def specs(self) -> dict[str, RunSpec]:
        """Return what each configuration measures, without the interpreter's command and a seed of no effect."""
        asked = {name: spec(self.campaign, Run(one, 0, 0)) for name, one in self.planned.items() if one.contender != CONTROL}
        return {name: replace(one, seed=one.seed if one.workload == OWN else 0, interpreter="") for name, one in asked.items()}

    @cached_property
    def planned(self) -> Mapping[str, Configuration]:
        """The campaign's configurations, by their ids."""
        return {one.name: one for one in configurations(self.campaign)}

    @property
    def names(self) -> dict[str, str]:
        """The names of all configurations, by their ids."""
        first_known = self.runs.groupby("configuration", sort=False).first().reset_index()
        return configuration_names(titled(self.campaign, self.runs), first_known)

    @cached_property
    def ok(self) -> pd.DataFrame:
        """The runs that count."""
        return self.runs[self.runs["status"] == Status.OK]

    @cached_property
    def medians_s(self) -> pd.Series:
        """The median makespans of all configurations, by their ids."""
        return self.ok.groupby("configuration")["makespan_s"].median()

    @cached_property
    def counts(self) -> pd.Series:
        """The numbers of runs that count, by configuration."""
        return self.ok["configuration"].value_counts()

    @cached_property
    def control_differences(self) -> Mapping[Condition, float]:
        """How far the A/A control's two measurements differ in each condition, as a share; the largest if it is swept."""
        rows = self.comparisons[self.comparisons["contender"].eq(CONTROL) & self.comparisons["paired"].eq(True)]
        found: dict[Condition, float] = {}
        for _, row in rows.dropna(subset=["speedup"]).iterrows():
            condition = Condition.of(row)
            found[condition] = max(found.get(condition, 0.0), relative(log(row["speedup"])))
        return found

    @cached_property
    def faults(self) -> Mapping[str, str]:
        """The faulty runs of each configuration that has some: ``3 failed, 1 timeout of 9 runs``."""
        faulty, numbers = self.runs[self.runs["status"].isin(FAULTY)], self.runs["configuration"].value_counts()
        found = {}
        for name, own in faulty.groupby("configuration")["status"]:
            counts = ", ".join(f"{count} {status}" for status, count in own.value_counts().items())
            found[str(name)] = f"{counts} of {numbers[name]} runs"
        return found

    @cached_property
    def makespans(self) -> pd.DataFrame:
        """Logarithms of the makespans that count: a row for each block, or part of one that an invocation measured."""
        logs = self.ok.assign(log_makespan=np.log(self.ok["makespan_s"]))
        return logs.pivot(index=["block", "invocation"], columns="configuration", values="log_makespan")

    @cached_property
    def machine_speeds(self) -> pd.Series:
        """The mean logarithm of CPU speed in each block, measured beside the runs that count."""
        speeds = self.ok[["block", "invocation", "machine_speed"]].dropna()
        return speeds.assign(log_speed=np.log(speeds["machine_speed"])).groupby(["block", "invocation"])["log_speed"].mean()

    def machine_speeds_of(self, chosen: np.ndarray) -> list[float]:
        """The ``machine_speeds`` of some rows of ``makespans``."""
        return list(self.machine_speeds.reindex(self.makespans.index[chosen]).dropna())

    @cached_property
    def workers(self) -> pd.Series:
        """The number of workers of each configuration, by id."""
        return self.runs.groupby("configuration")["workers"].max()

    @cached_property
    def skipped(self) -> set[str]:
        """The configurations of which all runs were skipped."""
        others = self.runs.loc[self.runs["status"] != Status.SKIPPED, "configuration"]
        return set(self.runs["configuration"]) - set(others)


def require_numbers(path: Path, table: pd.DataFrame, column: str, above_0: bool = False, needed: bool = False) -> None:
    """Raise NotResults where a column holds something else than numbers; fields may be empty unless they are needed."""
    numbers = pd.to_numeric(table[column], errors="coerce")
    allowed = (numbers > 0) & (numbers < inf) if above_0 else numbers.notna()
    wrong = ~(allowed | (table[column].isna() & (not needed)))
    if wrong.any():
        found = table[column][wrong].iloc[0]
        expected = "a number above 0, for a run that is ok" if above_0 else "a number"
        raise NotResults(f"{path}: {column}: {'empty' if pd.isna(found) else repr(str(found))}: expected {expected}")


def interpreters_of(results: Results) -> tuple[Results, Results]:
    """Return the two interpreters of a campaign as two sides. Raises NotResults if it has another number of them."""
    names = list(results.campaign.interpreters)
    if len(names) != 2:
        raise NotResults(
            f"{results.folder}: this campaign has {len(names)} interpreter{'s' * (len(names) > 1)}."
            " Expected two, to compare one with the other, or the folder of a second campaign."
        )
    before, after = names
    return results.on(before, after), results.on(after, after)


def changed(before: Results, after: Results) -> list[ChangeRow]:
    """Make a row for each configuration of either side, those of ``after`` first.

    Two interpreters of one campaign are compared in pairs, within blocks.
    """
    then, now = before.specs(), after.specs()
    rows = []
    for name in [*now, *(name for name in then if name not in now)]:
        results = after if name in now else before
        row = ChangeRow(**about(results, name), before_campaign=before.campaign.name, verdict=Verdict.INCONCLUSIVE)
        if name not in then or name not in now:
            row.reason = f"{(before if name in now else after).label} does not have this configuration"
        elif then[name] != now[name]:
            row.reason = f"not the same work: {', '.join(differing(then[name], now[name]))} changed"
        elif name in before.skipped and name in after.skipped:
            row.verdict, row.reason = None, "skipped before and after"
        elif name not in before.makespans or name not in after.makespans:
            side = after if name in before.makespans else before
            row.reason = f"{side.label} has no run that counts{f' ({side.faults[name]})' if name in side.faults else ''}"
        rows.append(row)
    compared = [row for row in rows if row.verdict and not row.reason]
    names = [row.configuration for row in compared]
    for row, change, machine in zip(compared, changes_of(names, before, after), machine_speedups(names, before, after)):
        judge(row, change, machine, before, after)
    return rows


def about(results: Results, configuration: str) -> dict[str, Any]:
    """Return the columns that identify a configuration, and its workers."""
    run = asdict(planned(results.campaign, Run(results.planned[configuration], 1, 1), record=""))
    return {**{name: run[name] for name in CONFIGURATION_COLUMNS}, "workers": known(results.workers.get(configuration))}


def differing(then: RunSpec, now: RunSpec) -> Iterator[str]:
    return (name for name, value in vars(then).items() if vars(now)[name] != value)


def changes_of(configurations: Sequence[str], before: Results, after: Results) -> list[Change | None]:
    """Return the change of each configuration's log makespan; None where there are too few runs."""
    then, now = (results.makespans.reindex(columns=list(configurations)) for results in (before, after))
    if before.interpreter is None:
        return changes_between(then.to_numpy(), now.to_numpy())
    return changes_within((now - then).to_numpy())


def machine_speedups(configurations: Sequence[str], before: Results, after: Results) -> list[Interval | None]:
    """Return CPU speed after ÷ before in each configuration's blocks; None where it is unknown, or one for both sides.

    Interpreters of one campaign meet the same machine, since their runs are paired. A configuration that was decided at a look
    lacks the later blocks, in which the machine may have changed.
    """
    if before.interpreter is not None:
        return [None] * len(configurations)
    made: list[Interval | None] = []
    found: dict[tuple[bytes, bytes], Interval | None] = {}  # most configurations have the same blocks
    for name in configurations:
        then, now = (results.makespans[name].notna().to_numpy() for results in (before, after))
        blocks = then.tobytes(), now.tobytes()
        if blocks not in found:
            shift = shift_interval(after.machine_speeds_of(now), before.machine_speeds_of(then))
            found[blocks] = shift.exp() if shift else None
        made.append(found[blocks])
    return made


def judge(row: ChangeRow, change: Change | None, machine: Interval | None, before: Results, after: Results) -> None:
    """Fill in figures and verdict.

    A configuration is faster or slower only if its whole confidence interval lies beyond the largest of the margin, the A/A
    controls' differences and the far end of the machine's change.
    """
    margin, name = after.campaign.margin, row.configuration
    row.before_s, row.after_s = (float(results.medians_s[name]) for results in (before, after))
    row.before_n, row.after_n = (int(results.counts[name]) for results in (before, after))
    explained = [results.control_differences.get(condition_of(row), 0.0) for results in (before, after)]
    if machine:
        row.machine_speedup, row.machine_speedup_low, row.machine_speedup_high = machine.estimate, machine.low, machine.high
        explained += [relative(log(machine.low)), relative(log(machine.high))]
    row.threshold = max([margin, *explained])
    if change is None:
        needed = f"runs ({LEAST_RUNS} of each" if before.interpreter is None else f"blocks ({LEAST_PAIRS} with both"
        row.reason = f"too few {needed} needed)"
        return
    found = change.interval
    row.speedup, row.speedup_low, row.speedup_high = exp(-found.estimate), exp(-found.high), exp(-found.low)
    row.level = found.level
    row.slower_at_most = exp(change.at_most) * max(1, row.machine_speedup or 1) - 1
    row.verdict, row.reason = verdict_of(row, row.speedup_low, row.speedup_high, row.threshold, margin)
    allow_for_faults(row, before, after)


def allow_for_faults(row: ChangeRow, before: Results, after: Results) -> None:
    """Withdraw what a side may owe to its faulty runs, which are left out: the others may be its fast ones."""
    if row.configuration in after.faults:
        row.slower_at_most = None
    for side, verdicts in ((before, (Verdict.SAME, Verdict.SLOWER)), (after, (Verdict.SAME, Verdict.FASTER))):
        if row.configuration in side.faults and row.verdict in verdicts:
            faults = f"{side.label} has faulty runs ({side.faults[row.configuration]})"
            row.verdict, row.reason = Verdict.INCONCLUSIVE, f"{faults}, so it may be slower than the others show"


def verdict_of(row: ChangeRow, low: float, high: float, threshold: float, margin: float) -> tuple[Verdict, str | None]:
    """Return the verdict on a speed-up between ``low`` and ``high``, and why it is inconclusive if it is."""
    if 1 / (1 + margin) <= low and high <= 1 + margin:
        if relative(log(row.machine_speedup or 1)) <= margin:
            return Verdict.SAME, None
        rise = (row.machine_speedup or 1) - 1
        return Verdict.INCONCLUSIVE, f"the times are the same, but CPU speed {changed_by(rise)}"
    if low > 1 + threshold:
        return Verdict.FASTER, None
    if high < 1 / (1 + threshold):
        return Verdict.SLOWER, None
    if threshold > margin and relative(log(row.speedup or 1)) <= threshold:
        return Verdict.INCONCLUSIVE, "within noise"
    return Verdict.INCONCLUSIVE, "the confidence interval is too wide; measure more blocks"


def status(rows: Sequence[ChangeRow], allow: float | None = None) -> int:
    """Return the exit status. With ``allow``, configurations may be slower by this share, such as 0.1 for 10 %.

    Intervals are simultaneous, so chance alone rarely makes anything slower. That nothing is slower by more than ``allow``
    must be shown of every configuration, so that needs no correction for their number.
    """
    compared = [row for row in rows if row.verdict is not None]
    slowest = 1 / (1 + (allow or 0))
    if any(row.verdict is Verdict.SLOWER and (row.speedup_high or inf) < slowest for row in compared):
        return REGRESSED
    if allow is None:
        fine = all(row.verdict in (Verdict.FASTER, Verdict.SAME) for row in compared)
    else:
        fine = all(row.slower_at_most is not None and row.slower_at_most <= allow for row in compared)
    return FINE if compared and fine else CANNOT_TELL
