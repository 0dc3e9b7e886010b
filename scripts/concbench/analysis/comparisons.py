"""Compare every point with its experiment's baseline: runs.csv and summary.csv in, comparisons.csv out."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import pandas as pd

from concbench.analysis.findings import comparison_findings, titles
from concbench.campaign.campaign import CONTROL, Campaign
from concbench.records.rows import POINT_COLUMNS, SETTING, ComparisonRow
from concbench.records.tables import known
from concbench.stats.ratios import log_makespans, ratio
from concbench.stats.verdicts import relative, verdict


@dataclass(frozen=True)
class Comparer:
    """Compares the points of one campaign with each other."""

    campaign: Campaign
    makespans: dict[str, pd.Series]  # logarithms, by point

    def compared(self, point: pd.Series, baseline: pd.Series, floor: float | None) -> ComparisonRow:
        """One point's row; both are rows of the summary."""
        empty = pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[], []], names=["block", "session"]))
        found = ratio(self.makespans.get(baseline["point"], empty), self.makespans.get(point["point"], empty))
        row = ComparisonRow(
            **{name: known(point[name]) for name in POINT_COLUMNS},
            workers=known(point["workers"]),
            baseline=baseline["contender"],
            baseline_point=baseline["point"],
            blocks=found.blocks,
            blocks_apart=found.apart,
            paired=found.paired,
            spread=found.spread,
            speedup_limit=known(baseline["median_s"] / point["ideal_s"]),
            best_of_n_speedup=known(baseline["best_of_n_s"] / point["best_of_n_s"]),
            noise_floor=floor,
        )
        if found.interval:
            row.speedup, row.level = found.interval.estimate, found.interval.level
            row.speedup_low, row.speedup_high = found.interval.low, found.interval.high
        if point["point"] != baseline["point"]:
            row.verdict = verdict(found.interval, self.campaign.margin, floor) if found.paired else "unclear"
        row.warnings = titles(comparison_findings(row, self.campaign))
        return row

    def rivals(self, rivals: pd.DataFrame) -> list[ComparisonRow]:
        """The rows of one setting: the control beside the contender that it measures again, the others beside the baseline.

        Of a swept baseline, the first number of workers counts. The noise floor is by how much the control's two
        measurements differ; of a swept control, the largest of the differences.
        """
        experiment = self.campaign.experiments[rivals["experiment"].iloc[0]]
        is_control = rivals["contender"] == CONTROL
        twins = rivals[rivals["contender"] == experiment.control].set_index("workers_asked", drop=False)
        controls = [self.compared(one, twins.loc[one["workers_asked"]], None) for _, one in rivals[is_control].iterrows()]
        floor = max((relative(log(row.speedup)) for row in controls if row.speedup and row.paired), default=None)
        baseline = rivals[rivals["contender"] == experiment.baseline].iloc[0]
        return [*(self.compared(point, baseline, floor) for _, point in rivals[~is_control].iterrows()), *controls]


def compare(campaign: Campaign, runs: pd.DataFrame, summary: pd.DataFrame) -> list[ComparisonRow]:
    """A row for each point, in the order of the summary."""
    comparer = Comparer(campaign, log_makespans(runs))
    rows = []
    for _, rivals in summary.groupby(list(SETTING), sort=False, dropna=False):
        rows += comparer.rivals(rivals)
    place = {name: number for number, name in enumerate(summary["point"])}
    return sorted(rows, key=lambda row: place[row.point])
