"""What a reader must be warned of, found in a campaign's tables: pure functions, which know no files.

The kinds of warning, and what to do about each, are in ``warning_kinds.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from math import ceil, exp, log

import numpy as np
import pandas as pd
from scipy import stats

from campaign import CONTROL, Campaign
from intervals import LEVEL
from tables import SETTING, ComparisonRow, WarningRow
from verdicts import LEAST_LEVEL, relative
from warning_kinds import Kind

LEAST_BLOCKS = 5  # of which an interval's level reaches LEAST_LEVEL
MOST_BLOCKS = 200  # that anybody would measure
POWER = 0.8  # how probable a decision is after as many blocks as are recommended
DRIFT_P = 0.02  # what 5 blocks that rise one after the other attain
NEAR_LIMIT = 2 / 3
FEW_IN_FLIGHT = 0.9  # of those asked for
CLUSTERS_FROM, CLUSTERS_P = 20, 0.01
PAIRS_NAMED = 3


@dataclass(frozen=True)
class Finding:
    """One warning; ``values`` are what its remedy is filled in with."""

    kind: Kind
    experiment: str
    point: str | None
    message: str
    values: dict[str, object] = field(default_factory=dict)

    def row(self, campaign: str) -> WarningRow:
        remedy = self.kind.remedy.format(campaign=campaign, point=self.point, **self.values)
        return WarningRow(self.kind.title, self.experiment, self.point, self.message, remedy)


def titles(findings: Iterable[Finding]) -> str | None:
    """The kinds, as a cell of a table; None without any."""
    return " ".join(dict.fromkeys(finding.kind.title for finding in findings)) or None


def block_effects(runs: pd.DataFrame) -> pd.Series:
    """By how much the runs of each block lie above their points' medians: median logarithms, by block."""
    ok = runs[runs["status"] == "ok"]
    logs = pd.Series(np.log(ok["makespan_s"].to_numpy(dtype=float)), index=ok.index)
    above = logs - logs.groupby(ok["point"]).transform("median")
    return above.groupby(ok["block"]).median().sort_index()


def experiment_findings(experiment: str, runs: pd.DataFrame, margin: float) -> Iterator[Finding]:
    """What concerns all points of an experiment: ``runs`` are its runs."""
    effects = block_effects(runs)
    blocks, logs = effects.index.to_numpy(dtype=float), effects.to_numpy(dtype=float)
    if len(logs) < LEAST_BLOCKS:
        return
    first, others = logs[0], logs[1:]
    if first - others.max() > max(others.max() - others.min(), log(1 + margin)):
        slower = exp(first - np.median(others)) - 1
        yield Finding(
            Kind.SLOW_FIRST_BLOCK, experiment, None, f"block {blocks[0]:.0f} took {slower:.0%} longer than the others"
        )
        blocks, logs = blocks[1:], others
    change = exp(stats.theilslopes(logs, blocks).slope * (blocks[-1] - blocks[0])) - 1
    if stats.kendalltau(blocks, logs).pvalue < DRIFT_P and abs(log(1 + change)) > log(1 + margin):
        speeds = runs[runs["status"] == "ok"].groupby("block")["machine_speed"].median().sort_index()
        faster = speeds.iloc[-1] / speeds.iloc[0] - 1
        machine = "" if pd.isna(faster) else f", while the machine's speed changed by {faster:+.0%}"
        yield Finding(Kind.DRIFT, experiment, None, f"makespans changed by {change:+.0%} from first block to last{machine}")


def point_findings(runs: pd.DataFrame) -> Iterator[Finding]:
    """What concerns one point: ``runs`` are its runs."""
    experiment, point = str(runs["experiment"].iloc[0]), str(runs["point"].iloc[0])
    ok, planned = runs[runs["status"] == "ok"], len(runs)
    others = runs[~runs["status"].isin(["ok", "disturbed", "missing"])]
    if len(others):
        counts = ", ".join(f"{count} {status}" for status, count in others["status"].value_counts().items())
        yield Finding(Kind.NOT_COUNTED, experiment, point, f"of {planned} runs {counts}")
    disturbed = (runs["status"] == "disturbed").sum()
    if disturbed:
        yield Finding(Kind.DISTURBED, experiment, point, f"{disturbed} of {planned} runs")
    strain = ok["origin_strain"].median()
    if strain > NEAR_LIMIT:
        yield Finding(Kind.ORIGIN_NEAR_LIMIT, experiment, point, f"it used {strain:.0%} of the limit at the median")
    asked, seen = ok[["workers", "size"]].min(axis=1).max(), ok["peak_in_flight"].max()
    if ok["origin_controlled"].eq(True).any() and seen < FEW_IN_FLIGHT * asked:
        yield Finding(Kind.FEWER_IN_FLIGHT, experiment, point, f"{seen:.0f} at most, of {asked:.0f}")
    if len(ok) >= CLUSTERS_FROM:
        yield from clusters(experiment, point, np.log(ok["makespan_s"].to_numpy(dtype=float)))


def clusters(experiment: str, point: str, logs: np.ndarray) -> Iterator[Finding]:
    """Two kinds of makespan by the dip test of Hartigan and Hartigan (Annals of Statistics 13, 1985)."""
    from diptest import diptest  # here, because it takes half a second to import

    _, p = diptest(logs)
    if p < CLUSTERS_P:
        low, high = (exp(value) for value in np.quantile(logs, (0.25, 0.75)))
        yield Finding(Kind.TWO_CLUSTERS, experiment, point, f"around {low:.3g} s and {high:.3g} s (p = {p:.2g})")


def blocks_needed(row: ComparisonRow, margin: float) -> int | None:
    """About how many blocks would decide a comparison, if effect and spread stay as they are; None if no number would.

    An interval's half width falls with the square root of the number of blocks. It is to be so narrow that the estimate,
    which scatters too, leads to a verdict with probability ``POWER``.
    """
    if not row.speedup or not row.speedup_low or not row.speedup_high or not row.level:
        return LEAST_BLOCKS
    effect, half = abs(log(row.speedup)), log(row.speedup_high / row.speedup_low) / 2
    error = half / stats.norm.ppf((1 + row.level) / 2)
    wanted = error * (stats.norm.ppf((1 + LEVEL) / 2) + stats.norm.ppf(POWER))
    rooms = [effect] if relative(effect) > (row.noise_floor or 0) else []
    rooms += [log(1 + margin) - effect] if effect < log(1 + margin) else []
    if not rooms:
        return None
    needed = max(LEAST_BLOCKS, ceil(row.blocks * (wanted / max(*rooms, 1e-9)) ** 2))
    return needed if needed <= MOST_BLOCKS else None


def shown(row: ComparisonRow) -> str:
    """``sync ÷ threading: 1.02 [0.97, 1.08] over 5 blocks``"""
    ratio = f"{row.baseline} ÷ {row.contender}"
    if row.speedup is None:
        return f"{ratio}: no blocks in which both were measured"
    return f"{ratio}: {row.speedup:.3g} [{row.speedup_low:.3g}, {row.speedup_high:.3g}] over {row.blocks} blocks"


def comparison_findings(row: ComparisonRow, campaign: Campaign) -> Iterator[Finding]:
    """What concerns one comparison."""

    def finding(kind: Kind, message: str, **values: object) -> Finding:
        return Finding(kind, row.experiment, row.point, message, values)

    if row.verdict is None:
        return
    if row.contender == CONTROL:
        if row.verdict in ("faster", "slower"):
            yield finding(Kind.CONTROL_DIFFERS, shown(row))
        return
    if row.verdict == "unclear":
        yield from unclear_findings(row, campaign)
    elif row.verdict != "same" and row.speedup and row.spread and row.spread > relative(log(row.speedup)):
        yield finding(Kind.SPREAD_WIDER_THAN_EFFECT, f"{shown(row)}, single blocks differ by {row.spread:.0%}")
    if not row.paired and row.blocks:
        yield finding(Kind.UNPAIRED, shown(row), baseline_point=row.baseline_point)


def unclear_findings(row: ComparisonRow, campaign: Campaign) -> Iterator[Finding]:
    """Why a comparison is unclear."""
    floor, decided = row.noise_floor or 0, (row.level or 0) >= LEAST_LEVEL
    beyond_one = row.speedup_low is not None and row.speedup_high is not None and not row.speedup_low <= 1 <= row.speedup_high
    if decided and row.speedup and beyond_one and relative(log(row.speedup)) <= floor:
        message = f"{shown(row)}, and the control differs from itself by {floor:.1%}"
        yield Finding(Kind.WITHIN_NOISE_FLOOR, row.experiment, row.point, message)
        return
    needed = blocks_needed(row, campaign.margin)
    if needed is None:
        yield Finding(Kind.SPREAD_WIDER_THAN_EFFECT, row.experiment, row.point, shown(row))
        return
    lost = campaign.repetitions - row.blocks
    yield Finding(Kind.TOO_FEW_BLOCKS, row.experiment, row.point, shown(row), {"blocks": needed + lost})


def rank_findings(summary: pd.DataFrame, best_of: int) -> Iterator[Finding]:
    """Where best-of-N and the median disagree, a warning for each setting of an experiment."""
    ranked = summary[summary["contender"] != CONTROL].dropna(subset=["median_s", "best_of_n_s"])
    for setting, rivals in ranked.groupby(list(SETTING), sort=False, dropna=False):
        rows = [rival for _, rival in rivals.iterrows()]
        pairs = [sorted(pair, key=lambda one: one["median_s"]) for pair in combinations(rows, 2)]
        torn = [f"{point_label(a)} before {point_label(b)}" for a, b in pairs if a["best_of_n_s"] > b["best_of_n_s"]]
        if torn:
            more = f" and {len(torn) - PAIRS_NAMED} more" if len(torn) > PAIRS_NAMED else ""
            message = f"by the median {', '.join(torn[:PAIRS_NAMED])}{more}; by the best of {best_of} the other way round"
            yield Finding(Kind.RANKS_DISAGREE, str(setting[0]), None, message)


def point_label(row: pd.Series) -> str:
    """``threading (5)``"""
    return f"{row['contender']} ({row['workers_asked']})"


def findings(campaign: Campaign, runs: pd.DataFrame, summary: pd.DataFrame, comparisons: list[ComparisonRow]) -> list[Finding]:
    """All of a campaign, experiments first."""
    found: list[Finding] = []
    for name, of_experiment in runs.groupby("experiment", sort=False):
        found += experiment_findings(str(name), of_experiment, campaign.margin)
    found += rank_findings(summary, campaign.best_of)
    for _, of_point in runs.groupby("point", sort=False):
        found += point_findings(of_point)
    for row in comparisons:
        found += comparison_findings(row, campaign)
    return found


def false_calls(comparisons: list[ComparisonRow]) -> float:
    """How many comparisons would be called faster or slower by chance if in truth none differed: no more than this."""
    levels = [row.level or 0 for row in comparisons if row.verdict and row.contender != CONTROL]
    return sum(1 - level for level in levels if level >= LEAST_LEVEL)
