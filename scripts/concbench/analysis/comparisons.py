"""Compare every configuration with its experiment's baseline: runs.csv and summary.csv in, comparisons.csv out."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import pandas as pd

from concbench.analysis.findings import comparison_findings, titles
from concbench.campaign.campaign import CONTROL, Campaign
from concbench.records.rows import CONDITION, CONFIGURATION_COLUMNS, ComparisonRow
from concbench.records.tables import known
from concbench.stats.ratios import log_makespans, ratio
from concbench.stats.verdicts import relative, verdict


@dataclass(frozen=True)
class Comparer:
    """Compares the configurations of one campaign with each other."""

    campaign: Campaign
    makespans: dict[str, pd.Series]  # logarithms, by configuration

    def compared(self, configuration: pd.Series, baseline: pd.Series, floor: float | None) -> ComparisonRow:
        """One configuration's row; both are rows of the summary."""
        empty = pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[], []], names=["block", "invocation"]))
        found = ratio(
            self.makespans.get(baseline["configuration"], empty), self.makespans.get(configuration["configuration"], empty)
        )
        row = ComparisonRow(
            **{name: known(configuration[name]) for name in CONFIGURATION_COLUMNS},
            workers=known(configuration["workers"]),
            baseline=baseline["contender"],
            baseline_configuration=baseline["configuration"],
            blocks=found.blocks,
            blocks_apart=found.apart,
            paired=found.paired,
            spread=found.spread,
            speedup_limit=known(baseline["median_s"] / configuration["lower_bound_s"]),
            best_of_n_speedup=known(baseline["best_of_n_s"] / configuration["best_of_n_s"]),
            noise_floor=floor,
        )
        if found.interval:
            row.speedup, row.level = found.interval.estimate, found.interval.level
            row.speedup_low, row.speedup_high = found.interval.low, found.interval.high
        if configuration["configuration"] != baseline["configuration"]:
            row.verdict = verdict(found.interval, self.campaign.margin, floor) if found.paired else "inconclusive"
        row.warnings = titles(comparison_findings(row, self.campaign))
        return row

    def rivals(self, rivals: pd.DataFrame) -> list[ComparisonRow]:
        """The rows of one condition: the control beside the contender that it measures again, the others beside the baseline.

        Of a swept baseline, the first number of workers counts. The noise floor is by how much the control's two
        measurements differ; of a swept control, the largest of the differences.
        """
        experiment = self.campaign.experiments[rivals["experiment"].iloc[0]]
        is_control = rivals["contender"] == CONTROL
        twins = rivals[rivals["contender"] == experiment.control].set_index("workers_asked", drop=False)
        controls = [self.compared(one, twins.loc[one["workers_asked"]], None) for _, one in rivals[is_control].iterrows()]
        floor = max((relative(log(row.speedup)) for row in controls if row.speedup and row.paired), default=None)
        baseline = rivals[rivals["contender"] == experiment.baseline].iloc[0]
        return [
            *(self.compared(configuration, baseline, floor) for _, configuration in rivals[~is_control].iterrows()),
            *controls,
        ]


def compare(campaign: Campaign, runs: pd.DataFrame, summary: pd.DataFrame) -> list[ComparisonRow]:
    """A row for each configuration, in the order of the summary."""
    comparer = Comparer(campaign, log_makespans(runs))
    rows = []
    for _, rivals in summary.groupby(list(CONDITION), sort=False, dropna=False):
        rows += comparer.rivals(rivals)
    place = {name: number for number, name in enumerate(summary["configuration"])}
    return sorted(rows, key=lambda row: place[row.configuration])
