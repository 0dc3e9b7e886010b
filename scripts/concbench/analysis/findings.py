"""Find what a reader must be warned of in a campaign's tables: pure functions, which know no files.

The kinds of warning, and what to do about each, are in ``warning_kinds.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import ceil, exp, log

import numpy as np
import pandas as pd

from concbench.analysis.effects import block_effects, node_effects
from concbench.analysis.warning_kinds import Kind
from concbench.campaign.campaign import CONTROL, Campaign
from concbench.common.formatting import three_digits, with_interval
from concbench.measured.cgroups import MOST_THROTTLED
from concbench.measured.status import Status
from concbench.records.conditions import Condition, by_condition, conditions_that_vary
from concbench.records.rows import ComparedColumns, InterpreterRow, ScalingRow, WarningRow
from concbench.records.tables import known
from concbench.stats.intervals import LEVEL, shift_interval
from concbench.stats.verdicts import DECIDED, LEAST_LEVEL, Verdict, relative

LEAST_BLOCKS = 5  # with so many, an interval's level reaches LEAST_LEVEL
MOST_BLOCKS = 200  # that anybody would measure
DRIFT_P = 0.02  # what 5 blocks that rise one after the other attain
NEAR_LIMIT = 2 / 3
SHORT_ITEM = 0.1  # of an item's time, for timing it
FEW_IN_FLIGHT = 0.9  # of those asked for
BELOW_LOWER_BOUND = 0.9
CLUSTERS_FROM = 20  # runs
CLUSTERS_P = 0.01
PAIRS_NAMED = 3
UNSTEADY = 1.25
LEFT_OUT = {
    Kind.NOT_COUNTED: [Status.FAILED, Status.TIMEOUT, Status.INVALID],
    Kind.SKIPPED: [Status.SKIPPED],
    Kind.SERVER_BOUND: [Status.SERVER_BOUND],
    Kind.INTERFERED: [Status.INTERFERED],
}


@dataclass(frozen=True)
class Finding:
    """One warning; ``values`` are what its remedy is filled in with."""

    kind: Kind
    experiment: str
    configuration: str | None
    message: str
    values: dict[str, object] = field(default_factory=dict)

    def row(self, campaign: str) -> WarningRow:
        remedy = self.kind.remedy.format(campaign=campaign, **self.values)
        return WarningRow(self.kind.title, self.experiment, self.configuration, self.message, remedy)


def experiment_findings(experiment: str, runs: pd.DataFrame, margin: float) -> Iterator[Finding]:
    """Find what concerns all configurations of an experiment, given its runs; on a cluster for each node by itself."""
    yield from node_findings(experiment, runs, margin)
    several = runs["node"].nunique() > 1
    for node, of_node in runs.groupby(runs["node"].fillna("")):
        for found in (*speed_findings(experiment, of_node), *block_findings(experiment, of_node, margin)):
            yield replace(found, message=f"{node}: {found.message}") if several else found


def node_findings(experiment: str, runs: pd.DataFrame, margin: float) -> Iterator[Finding]:
    """Tell where the nodes of a cluster took differently long for the same, as far as their blocks can tell."""
    by_node = node_effects(runs)
    ranked = sorted(by_node, key=lambda node: by_node[node].median())
    if len(ranked) < 2:
        return
    pairs = len(ranked) * (len(ranked) - 1) // 2  # each might have been the slowest and the fastest (Bonferroni)
    slower = shift_interval(list(by_node[ranked[-1]]), list(by_node[ranked[0]]), level=1 - (1 - LEVEL) / pairs)
    enough = slower and slower.level >= 1 - (1 - LEAST_LEVEL) / pairs
    if slower and enough and slower.low > 0 and slower.estimate > log(1 + margin):
        message = f"runs took {exp(slower.estimate) - 1:.0%} longer on {ranked[-1]} than on {ranked[0]}"
        yield Finding(Kind.NODES_DIFFER, experiment, None, message)


def block_findings(experiment: str, runs: pd.DataFrame, margin: float) -> Iterator[Finding]:
    """Tell where the first block or the time of day made a difference: ``runs`` are those of one machine."""
    from scipy import stats  # here, because it takes half a second and few commands come to it

    effects = block_effects(runs)
    places, logs = np.arange(len(effects), dtype=float), effects.to_numpy(dtype=float)
    speeds = runs[runs["status"] == Status.OK].groupby("block")["machine_speed"].median().reindex(effects.index)
    if len(logs) < LEAST_BLOCKS:
        return
    first, others = logs[0], logs[1:]
    if first - others.max() > max(others.max() - others.min(), log(1 + margin)):
        slower = exp(first - np.median(others)) - 1
        yield Finding(
            Kind.SLOW_FIRST_BLOCK, experiment, None, f"block {effects.index[0]} took {slower:.0%} longer than the others"
        )
        places, logs, speeds = places[1:], others, speeds.iloc[1:]
    change = exp(stats.theilslopes(logs, places).slope * (places[-1] - places[0])) - 1
    if stats.kendalltau(places, logs).pvalue < DRIFT_P and abs(log(1 + change)) > log(1 + margin):
        faster = speeds.iloc[-1] / speeds.iloc[0] - 1
        machine = "" if pd.isna(faster) else f", while the machine's speed changed by {faster:+.0%}"
        yield Finding(Kind.DRIFT, experiment, None, f"makespans changed by {change:+.0%} from first block to last{machine}")


def speed_findings(experiment: str, runs: pd.DataFrame) -> Iterator[Finding]:
    """Tell where the machine's own speed changed from run to run, which no counter shows."""
    speeds = runs["machine_speed"].dropna()
    if len(speeds) < LEAST_BLOCKS:
        return
    low, high = np.quantile(speeds, (0.1, 0.9))
    if high / low > UNSTEADY:
        message = f"the fastest tenth of the runs met a machine {high / low:.2g} times as fast as the slowest tenth"
        yield Finding(Kind.UNSTEADY_MACHINE, experiment, None, message)


def configuration_findings(runs: pd.DataFrame) -> Iterator[Finding]:
    """Find what concerns one configuration, given its runs."""
    experiment, configuration = str(runs["experiment"].iloc[0]), str(runs["configuration"].iloc[0])
    ok, planned = runs[runs["status"] == Status.OK], len(runs)
    throttled = runs["status"].eq(Status.INTERFERED) & runs["throttled_share"].astype(float).gt(MOST_THROTTLED)
    if throttled.any():
        yield Finding(Kind.THROTTLED, experiment, configuration, f"of {planned} runs {throttled.sum()}")
    for kind, statuses in LEFT_OUT.items():
        counts = runs.loc[~throttled, "status"].value_counts().reindex(statuses).dropna()
        if len(counts):
            said = ", ".join(f"{count:.0f} {status}" for status, count in counts.items())
            yield Finding(kind, experiment, configuration, f"of {planned} runs {said}")
    switched = ok["gil_enabled"].eq(True) & ok["gil_enabled_at_start"].eq(False)
    if switched.any():
        yield Finding(Kind.GIL_SWITCHED_ON, experiment, configuration, f"in {switched.sum()} of {len(ok)} runs")
    share = ok["timing_share"].median()
    if share > SHORT_ITEM:
        cost = f"takes {share:.2g} times as long as the item" if share >= 1 else f"adds {share:.0%} to it"
        yield Finding(Kind.SHORT_ITEMS, experiment, configuration, f"timing an item {cost}")
    load = ok["server_load"].median()
    if load > NEAR_LIMIT:
        yield Finding(Kind.SERVER_NEAR_LIMIT, experiment, configuration, f"it used {load:.0%} of the limit at the median")
    asked, seen = ok[["workers", "size"]].min(axis=1).max(), ok["peak_in_flight"].max()
    if ok["server_controlled"].eq(True).any() and seen < FEW_IN_FLIGHT * asked:
        yield Finding(Kind.FEWER_IN_FLIGHT, experiment, configuration, f"{seen:.0f} at most, of {asked:.0f}")
    if len(ok) >= CLUSTERS_FROM:
        yield from clusters(experiment, configuration, np.log(ok["makespan_s"].to_numpy(dtype=float)))


def lower_bound_findings(configuration: pd.Series, median_s: float, lower_bound_s: float | None) -> Iterator[Finding]:
    """Tell where a configuration took less than its lower bound; ``configuration`` is any row that names it."""
    if lower_bound_s is not None and median_s < BELOW_LOWER_BOUND * lower_bound_s:
        message = f"a median of {three_digits(median_s)} s, and a lower bound of {three_digits(lower_bound_s)} s"
        yield Finding(Kind.BELOW_LOWER_BOUND, str(configuration["experiment"]), str(configuration["configuration"]), message)


def clusters(experiment: str, configuration: str, logs: np.ndarray) -> Iterator[Finding]:
    """Find two kinds of makespan by the dip test of Hartigan and Hartigan (Annals of Statistics 13, 1985)."""
    from diptest import diptest  # here, because it takes half a second to import

    _, p = diptest(logs)
    if p < CLUSTERS_P:
        ordered = np.sort(logs)
        split = int(np.diff(ordered).argmax()) + 1
        low, high = (f"{len(part)} around {exp(np.median(part)):.3g} s" for part in (ordered[:split], ordered[split:]))
        yield Finding(Kind.TWO_CLUSTERS, experiment, configuration, f"{low} and {high} (p = {p:.2g})")


def blocks_needed(row: ComparedColumns, margin: float) -> int | None:
    """Estimate how many blocks would decide a comparison if effect and spread stay; None if more than anybody measures.

    An interval's half width falls with the square root of the number of blocks, and so does the noise floor. To be faster
    or slower the estimate must be further from 1 than both, to be the same the interval must end within the margin.
    """
    from scipy import stats  # here, because it takes half a second and few commands come to it

    if not row.speedup or not row.speedup_low or not row.speedup_high or (row.level or 0) < LEAST_LEVEL:
        return max(LEAST_BLOCKS, row.blocks + 1)  # so few blocks tell neither effect nor spread
    effect = abs(log(row.speedup))
    below, above = log(row.speedup / row.speedup_low), log(row.speedup_high / row.speedup)
    towards_one = below if row.speedup > 1 else above
    widen = stats.norm.ppf((1 + LEVEL) / 2) / stats.norm.ppf((1 + (row.level or LEVEL)) / 2)
    times = [(max(towards_one * widen, log(1 + (row.noise_floor or 0))) / max(effect, 1e-9)) ** 2]
    if effect < log(1 + margin):
        times.append((max(below, above) * widen / (log(1 + margin) - effect)) ** 2)
    needed = max(LEAST_BLOCKS, row.blocks + 1, ceil(row.blocks * min(*times, 1e9)))
    return needed if needed <= MOST_BLOCKS else None


def shown(row: ComparedColumns) -> str:
    """Say what was compared and how it came out: ``sync ÷ threading (5): 1.02 [0.97, 1.08] over 5 blocks``."""
    ratio = f"{row.baseline} ÷ {with_workers(row.contender, row.workers_asked)}"
    if isinstance(row, InterpreterRow):
        ratio = f"{with_workers(row.contender, row.workers_asked)}, {row.baseline_interpreter} ÷ {row.interpreter}"
    if row.speedup is None or row.speedup_low is None or row.speedup_high is None:
        return f"{ratio}: no blocks in which both were measured"
    blocks = "1 block" if row.blocks == 1 else f"{row.blocks} blocks"
    return f"{ratio}: {with_interval(row.speedup, row.speedup_low, row.speedup_high)} over {blocks}"


def comparison_findings(row: ComparedColumns, campaign: Campaign) -> Iterator[Finding]:
    """Find what concerns one comparison."""
    if row.verdict is None or not row.blocks:
        return
    apart = f"; in {row.blocks_apart} of the blocks the two were measured in different invocations" if row.blocks_apart else ""
    if row.measured_apart:
        yield Finding(Kind.UNPAIRED, row.experiment, row.configuration, shown(row) + apart)
    if not row.paired:
        return
    if row.contender == CONTROL:
        if row.verdict in DECIDED:
            yield Finding(Kind.CONTROL_DIFFERS, row.experiment, row.configuration, shown(row))
    elif row.verdict is Verdict.INCONCLUSIVE:
        yield inconclusive_finding(row, campaign)
    elif row.verdict is not Verdict.SAME and scattered(row):
        message = f"{shown(row)}, single blocks differ by {row.spread:.0%}"
        yield Finding(Kind.SPREAD_WIDER_THAN_EFFECT, row.experiment, row.configuration, message)


def scattered(row: ComparedColumns) -> bool:
    """Tell whether single blocks differ by more than the two contenders do."""
    return bool(row.speedup and row.spread and row.spread > relative(log(row.speedup)))


def inconclusive_finding(row: ComparedColumns, campaign: Campaign) -> Finding:
    """Say why a comparison is inconclusive, and how many blocks would decide it."""
    floor, needed = row.noise_floor or 0, blocks_needed(row, campaign.margin)
    if needed is None:
        return Finding(Kind.SPREAD_WIDER_THAN_EFFECT, row.experiment, row.configuration, shown(row))
    values: dict[str, object] = {"blocks": needed + campaign.repetitions - row.blocks}
    one_is_out = row.speedup_low is not None and row.speedup_high is not None and not row.speedup_low <= 1 <= row.speedup_high
    if (row.level or 0) >= LEAST_LEVEL and one_is_out and row.speedup and relative(log(row.speedup)) <= floor:
        message = f"{shown(row)}, and the control differs from itself by {floor:.1%}"
        return Finding(Kind.WITHIN_NOISE_FLOOR, row.experiment, row.configuration, message, values)
    return Finding(Kind.TOO_FEW_BLOCKS, row.experiment, row.configuration, shown(row), values)


def rank_findings(summary: pd.DataFrame, best_of: int) -> Iterator[Finding]:
    """Warn of each condition in which best-of-N and the median disagree."""
    ranked = summary[summary["contender"] != CONTROL].dropna(subset=["median_s", "best_of_n_s"])
    for condition, rivals in by_condition(ranked):
        by_median = [rival for _, rival in rivals.sort_values("median_s").iterrows()]
        names = {one["configuration"]: with_workers(one["contender"], one["workers_asked"]) for one in by_median}
        torn = [
            f"{names[one['configuration']]} before {names[other['configuration']]}"
            for one, other in combinations(by_median, 2)
            if one["best_of_n_s"] > other["best_of_n_s"]
        ]
        if torn:
            more = f" and {len(torn) - PAIRS_NAMED} more" if len(torn) > PAIRS_NAMED else ""
            message = f"by the median {', '.join(torn[:PAIRS_NAMED])}{more}; by the best of {best_of} the other way round"
            yield Finding(Kind.RANKS_DISAGREE, condition.experiment, None, named_condition(condition, summary) + message)


def with_workers(contender: str, workers_asked: str | None) -> str:
    """Name a contender with its workers: ``threading (5)``, but ``sync`` alone, which has one."""
    return contender if workers_asked in (None, "1") else f"{contender} ({workers_asked})"


def named_condition(condition: Condition, summary: pd.DataFrame) -> str:
    """Tell a condition from the others of its experiment: ``server near, size 40: ``; nothing where it is alone."""
    named = condition.described(conditions_that_vary(summary[summary["experiment"] == condition.experiment]))
    return f"{named}: " if named else ""


def fit_findings(scaling: Iterable[ScalingRow], summary: pd.DataFrame) -> Iterator[Finding]:
    """Find sweeps that no law describes: of a contender in a condition the law with the most parameters counts."""
    last = {(row.experiment, row.contender, row.server, row.interpreter, row.size): row for row in scaling}
    for row in last.values():
        if row.poor:
            under = named_condition(Condition(row.experiment, row.server, row.interpreter, row.size), summary)
            message = f"{under}{row.law} misses the medians of {row.contender} by {row.error:.0%}"
            yield Finding(Kind.POOR_FIT, row.experiment, None, message)


def findings(
    campaign: Campaign,
    runs: pd.DataFrame,
    summary: pd.DataFrame,
    comparisons: Sequence[ComparedColumns],
    scaling: Iterable[ScalingRow] = (),
) -> list[Finding]:
    """Find everything in a campaign, experiments first."""
    found: list[Finding] = []
    for name, of_experiment in runs.groupby("experiment", sort=False):
        found += experiment_findings(str(name), of_experiment, campaign.margin)
    found += rank_findings(summary, campaign.best_of)
    found += fit_findings(scaling, summary)
    for _, of_configuration in runs.groupby("configuration", sort=False):
        found += configuration_findings(of_configuration)
    for _, configuration in summary.iterrows():
        found += lower_bound_findings(configuration, configuration["median_s"], known(configuration["lower_bound_s"]))
    for row in comparisons:
        found += comparison_findings(row, campaign)
    return found


def false_calls(comparisons: Sequence[ComparedColumns]) -> float:
    """Return the most comparisons that chance alone would call faster or slower if in truth none differed."""
    levels = [row.level or 0 for row in comparisons if row.verdict and row.paired and row.contender != CONTROL]
    return sum(1 - level for level in levels if level >= LEAST_LEVEL)
