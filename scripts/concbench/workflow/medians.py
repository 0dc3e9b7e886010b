"""Keep the median elapsed times of a campaign up to date while it is measured. No verdict rests on them."""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from concbench.campaign.campaign import CONTROL, Campaign
from concbench.campaign.plan import Configuration, Run, configurations
from concbench.campaign.titles import condition_title, contender_title, workers_of
from concbench.measured.status import Status
from concbench.records.conditions import Condition
from concbench.records.run_record import LEAST, MOST, Measured


@dataclass(frozen=True)
class SoFar:
    """Describe what is known so far of one configuration, named by its contender and workers."""

    title: str
    median_s: float
    speedup: float | None  # over the baseline: the median of the pairs of runs so far; None without a pair


@dataclass(frozen=True)
class ConditionSoFar:
    """Describe what is known so far of one condition, without the A/A control."""

    title: str
    others: Sequence[SoFar]  # than the baseline, the fastest first
    baseline: SoFar | None
    baseline_name: str


@dataclass
class Times:
    """Hold the runs of one configuration that count."""

    title: str
    by_block: dict[tuple[int, str | None], float] = field(default_factory=dict)  # seconds, by block and invocation
    sorted_s: list[float] = field(default_factory=list)
    speedups: list[float] = field(default_factory=list)  # sorted

    def so_far(self) -> SoFar:
        return SoFar(self.title, median_of_sorted(self.sorted_s), median_of_sorted(self.speedups) if self.speedups else None)


@dataclass
class Rivals:
    """Hold the configurations of one condition, without the A/A control, which is no rival of the baseline."""

    title: str
    baseline: str
    baseline_configuration: str
    times: dict[str, Times] = field(default_factory=dict)  # by configuration

    def add(self, configuration: str, at: tuple[int, str | None], makespan_s: float) -> None:
        """Add a run, and its pairs: the baseline's run in the same block and invocation with that of each other one."""
        times, baseline = self.times[configuration], self.times[self.baseline_configuration]
        times.by_block[at] = makespan_s
        insort(times.sorted_s, makespan_s)
        for rival in self.times.values() if times is baseline else [times]:
            if rival is not baseline and at in baseline.by_block and at in rival.by_block:
                insort(rival.speedups, baseline.by_block[at] / rival.by_block[at])

    @property
    def measured(self) -> int:
        """Return the number of configurations with a run that counts."""
        return sum(bool(times.sorted_s) for times in self.times.values())

    def so_far(self) -> ConditionSoFar | None:
        """Return what is known so far; None before the first run that counts."""
        if not self.measured:
            return None
        baseline = self.times[self.baseline_configuration]
        others = [times.so_far() for times in self.times.values() if times is not baseline and times.sorted_s]
        others.sort(key=lambda one: one.median_s)
        return ConditionSoFar(self.title, others, baseline.so_far() if baseline.sorted_s else None, self.baseline)


@dataclass
class RunningMedians:
    """Hold what is known so far of all conditions, in the order of the config."""

    conditions: Mapping[Condition, Rivals]
    not_counted: int = 0  # runs

    @classmethod
    def of(cls, campaign: Campaign) -> RunningMedians:
        """Begin without runs. The first number of workers of a swept baseline is the baseline, as in comparisons.csv."""
        conditions: dict[Condition, Rivals] = {}
        every = configurations(campaign)
        for one in every:
            if one.contender == campaign.experiments[one.experiment].baseline:
                conditions.setdefault(condition_for(one), Rivals(condition_title(campaign, one), one.contender, one.name))
        for one in every:
            if one.contender != CONTROL:
                title = contender_title(campaign.experiments[one.experiment], one.contender, workers_of(campaign, one))
                conditions[condition_for(one)].times[one.name] = Times(title)
        return cls(conditions)

    def add(self, run: Run, measured: Measured) -> None:
        """Add a run that has been measured, in this invocation or an earlier one."""
        makespan_s = measured.makespan_s
        if measured.status != Status.OK or makespan_s is None or not LEAST["makespan_s"] <= makespan_s <= MOST:
            self.not_counted += 1
        elif run.configuration.contender != CONTROL:
            rivals = self.conditions[condition_for(run.configuration)]
            rivals.add(run.configuration.name, (run.block, measured.invocation), makespan_s)

    @property
    def lines(self) -> int:
        """Return the number of lines that all conditions take, each with a heading."""
        return sum(1 + measured for rivals in self.conditions.values() if (measured := rivals.measured))

    def of_condition(self, condition: Condition | None) -> ConditionSoFar | None:
        """Return what is known so far of one condition; None before its first run that counts."""
        return self.conditions[condition].so_far() if condition else None

    def of_all(self) -> list[ConditionSoFar]:
        """Return what is known so far of every condition that has a run that counts."""
        return [found for rivals in self.conditions.values() if (found := rivals.so_far())]


def condition_for(configuration: Configuration) -> Condition:
    """Return the condition of a configuration."""
    return Condition(configuration.experiment, configuration.server, configuration.interpreter, configuration.size)


def median_of_sorted(values: Sequence[float]) -> float:
    """Return the median of sorted values, without sorting them again."""
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
