"""Compare every configuration with its baseline, the fastest one, and its contender's best number of workers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

import pandas as pd

from concbench.analysis.optimum import may_be_best, swept
from concbench.campaign.campaign import CONTROL, Campaign
from concbench.measured.status import Status
from concbench.records.conditions import Condition, by_condition
from concbench.records.rows import CONFIGURATION_COLUMNS, ComparedColumns, ComparisonRow
from concbench.records.tables import known
from concbench.stats.estimates import best_of
from concbench.stats.intervals import Interval
from concbench.stats.ratios import Ratio, log_makespans, measured_blocks, ratio
from concbench.stats.verdicts import Verdict, verdict

Compared = TypeVar("Compared", bound=ComparedColumns)


@dataclass(frozen=True)
class Comparer:
    """Compares the configurations of one campaign with each other."""

    campaign: Campaign
    makespans: dict[str, pd.Series]  # logarithms, by configuration
    elapsed_s: dict[str, pd.Series]  # the same without logarithms, by block
    measured: dict[str, int]  # number of blocks without a gap, by configuration

    @classmethod
    def of(cls, campaign: Campaign, runs: pd.DataFrame) -> Comparer:
        """Compare by these runs."""
        ok = runs[runs["status"] == Status.OK]
        elapsed_s = {str(name): own.set_index("block")["makespan_s"] for name, own in ok.groupby("configuration")}
        return cls(campaign, log_makespans(runs), elapsed_s, measured_blocks(runs))

    def ratio(self, one: str, other: str) -> Ratio:
        """Estimate the ratio of one configuration's elapsed time to another's."""
        empty = pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[], []], names=["block", "invocation"]))
        measured = min(self.measured.get(one, 0), self.measured.get(other, 0))
        return ratio(self.makespans.get(one, empty), self.makespans.get(other, empty), self.campaign.looks, measured)

    def in_shared_blocks(self, one: str, other: str) -> list[list[float]]:
        """Return two configurations' elapsed times in the blocks that both have: later ones may hold one of the two alone."""
        if one not in self.elapsed_s or other not in self.elapsed_s:
            return [[], []]
        both = self.elapsed_s[one].index.intersection(self.elapsed_s[other].index)
        return [list(self.elapsed_s[name].loc[both]) for name in (one, other)]

    def best_of_n_speedup(self, baseline: str, configuration: str) -> float | None:
        """Return the speed-up by best-of-N times of the blocks that both have."""
        bests = [best_of(self.campaign.best_of, own) for own in self.in_shared_blocks(baseline, configuration)]
        return bests[0] / bests[1] if bests[0] and bests[1] else None

    def speedup_limit(self, baseline: str, configuration: str, lower_bound_s: float) -> float | None:
        """Return the speed-up if a configuration took its lower bound, over the baseline in the blocks that both have."""
        baseline_s, _ = self.in_shared_blocks(baseline, configuration)
        return known(median(baseline_s) / lower_bound_s) if baseline_s else None

    def verdict(self, found: Ratio) -> Verdict:
        """Judge a ratio; unpaired runs are inconclusive."""
        return verdict(found.interval, self.campaign.margin) if found.paired else Verdict.INCONCLUSIVE

    def compared(self, row: type[Compared], configuration: pd.Series, baseline: pd.Series) -> Compared:
        """Compare a configuration with a baseline; both are rows of the summary."""
        found = self.ratio(baseline["configuration"], configuration["configuration"])
        made = row(
            **{name: known(configuration[name]) for name in CONFIGURATION_COLUMNS},
            workers=known(configuration["workers"]),
            baseline=baseline["contender"],
            baseline_configuration=baseline["configuration"],
            blocks=found.blocks,
            blocks_apart=found.apart,
            paired=found.paired,
            spread=found.spread,
            speedup_limit=self.speedup_limit(
                baseline["configuration"], configuration["configuration"], configuration["lower_bound_s"]
            ),
            best_of_n_speedup=self.best_of_n_speedup(baseline["configuration"], configuration["configuration"]),
        )
        if found.interval:
            made.speedup, made.level = found.interval.estimate, found.interval.level
            made.speedup_low, made.speedup_high = found.interval.low, found.interval.high
        if configuration["configuration"] != baseline["configuration"]:
            made.verdict = self.verdict(found)
        return made

    def condition(self, condition: Condition, rivals: pd.DataFrame) -> list[ComparisonRow]:
        """Compare the rows of one condition: the A/A control with the contender that it repeats, the others with the baseline.

        The first number of workers of a swept baseline counts.
        """
        experiment = self.campaign.experiments[condition.experiment]
        is_control = rivals["contender"] == CONTROL
        twins = rivals[rivals["contender"] == experiment.control].set_index("workers_asked", drop=False)
        controls = [
            self.compared(ComparisonRow, one, twins.loc[one["workers_asked"]]) for _, one in rivals[is_control].iterrows()
        ]
        baseline = rivals[rivals["contender"] == experiment.baseline].iloc[0]
        rows = [self.compared(ComparisonRow, configuration, baseline) for _, configuration in rivals[~is_control].iterrows()]
        medians_s = dict(zip(rivals["configuration"], rivals["median_s"]))
        for row, found, may_be in self.over_shortest(rows, medians_s):
            row.vs_fastest, row.vs_fastest_level, row.may_be_fastest = found.estimate, found.level, may_be
            row.vs_fastest_low, row.vs_fastest_high = found.low, found.high
        for name in swept(experiment):
            sweep = [row for row in rows if row.contender == name and not row.measured_apart]
            for row, found, may_be in self.over_shortest(sweep, medians_s):
                row.vs_best_workers, row.vs_best_workers_level, row.may_be_best_workers = found.estimate, found.level, may_be
                row.vs_best_workers_low, row.vs_best_workers_high = found.low, found.high
        return [*rows, *controls]

    def over_shortest(
        self, rows: Sequence[ComparisonRow], medians_s: dict[str, float]
    ) -> Iterator[tuple[ComparisonRow, Interval, bool]]:
        """Yield each row's elapsed time ÷ that of the row with the shortest median, and whether it may be as fast."""
        best = shortest(rows, medians_s)
        if best is None:
            return
        ratios = {row.configuration: self.ratio(row.configuration, best) for row in rows}
        may_be = may_be_best(ratios, self.makespans, best, self.campaign)
        for row in rows:
            found = ratios[row.configuration].interval
            if found:
                yield row, found, may_be[row.configuration]


def shortest(rows: Sequence[ComparisonRow], medians_s: dict[str, float]) -> str | None:
    """Return the id of the configuration with the shortest median; None if none has been measured."""
    measured = [row.configuration for row in rows if not pd.isna(medians_s[row.configuration])]
    return min(measured, key=lambda configuration: medians_s[configuration], default=None)


def compare(campaign: Campaign, runs: pd.DataFrame, summary: pd.DataFrame) -> list[ComparisonRow]:
    """Make a row for each configuration, in the order of the summary."""
    comparer = Comparer.of(campaign, runs)
    rows = [row for condition, rivals in by_condition(summary) for row in comparer.condition(condition, rivals)]
    place = {name: number for number, name in enumerate(summary["configuration"])}
    return sorted(rows, key=lambda row: place[row.configuration])
