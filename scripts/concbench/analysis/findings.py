"""Find what a reader must be warned of in a campaign's tables.

Pure functions, which know no files. ``warning_kinds.py`` has the kinds of warning, and what to do about each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import exp, log
from statistics import median

import numpy as np
import pandas as pd

from concbench.analysis.comparisons import Comparer
from concbench.analysis.dataset import absent_interpreters
from concbench.analysis.effects import above_medians, block_effects, carry_overs, node_effects
from concbench.analysis.more_blocks import MOST_BLOCKS, blocks_enough, blocks_needed, half_width, time_of_block
from concbench.analysis.naming import (
    called,
    changed_by,
    condition_parts,
    confidence,
    configuration_names,
    percent,
    times_as_fast,
    titled,
    worker_count,
)
from concbench.analysis.runs import FAULTY
from concbench.analysis.warning_kinds import Kind
from concbench.campaign.campaign import CONTROL, EFFECTIVE_PARALLELISM, Campaign
from concbench.campaign.titles import interpreter_title
from concbench.common.formatting import duration, three_digits
from concbench.measured.cgroups import MOST_THROTTLED
from concbench.measured.status import Status
from concbench.records.conditions import Condition, by_condition, condition_of, conditions_that_vary
from concbench.records.rows import ComparedColumns, InterpreterRow, ScalingRow, WarningRow
from concbench.records.tables import known
from concbench.stats.intervals import LEVEL, shift_interval
from concbench.stats.ratios import Ratio
from concbench.stats.scaling_laws import REJECTED
from concbench.stats.symmetry import triples_p
from concbench.stats.verdicts import DECIDED, LEAST_BLOCKS, LEAST_LEVEL, Verdict, relative

SMALL = 2  # margins: a difference surely smaller than this needs no more blocks
DRIFT_P = 0.02  # 5 blocks, each slower than the one before, attain it
NEAR_LIMIT = 2 / 3
SHORT_ITEM = 0.1  # share of an item's time that timing it takes
FEW_IN_FLIGHT = 0.9  # share of the workers
BELOW_LOWER_BOUND = 0.9  # share of the lower bound
CLUSTERS_FROM = 20  # runs
CLUSTERS_P = 0.01
SKEW_P = 0.02
ORDER_P = 0.02
PAIRS_NAMED = 3
WAITS, COMPUTES = 0.25, 0.75  # CPUs used
UNSTEADY = 1.25  # speed of the fastest tenth of the runs ÷ that of the slowest tenth
LEFT_OUT = {
    Kind.NOT_COUNTED: list(FAULTY),
    Kind.SKIPPED: [Status.SKIPPED],
    Kind.SERVER_BOUND: [Status.SERVER_BOUND],
    Kind.INTERFERED: [Status.INTERFERED],
}


@dataclass(frozen=True)
class Finding:
    """One warning."""

    kind: Kind
    experiment: str | None  # None if it concerns the whole campaign
    configuration: str | None
    message: str

    def row(self, campaign: str) -> WarningRow:
        remedy = self.kind.remedy.format(campaign=campaign)
        return WarningRow(self.kind.title, self.experiment, self.configuration, self.message, remedy)


def experiment_findings(experiment: str, runs: pd.DataFrame, margin: float) -> Iterator[Finding]:
    """Find what concerns all configurations of an experiment, given its runs; on a cluster for each node separately."""
    yield from node_findings(experiment, runs, margin)
    several = runs["node"].nunique() > 1
    for node, of_node in runs.groupby(runs["node"].fillna("")):
        for found in (*speed_findings(experiment, of_node, margin), *block_findings(experiment, of_node, margin)):
            yield replace(found, message=f"{node}: {found.message}") if several else found


def node_findings(experiment: str, runs: pd.DataFrame, margin: float) -> Iterator[Finding]:
    """Find nodes of a cluster that took longer than others for the same runs, by more than chance explains."""
    by_node = node_effects(runs)
    ranked = sorted(by_node, key=lambda node: by_node[node].median())
    if len(ranked) < 2:
        return
    pairs = len(ranked) * (len(ranked) - 1) // 2  # each might have been the slowest and the fastest (Bonferroni)
    slower = shift_interval(list(by_node[ranked[-1]]), list(by_node[ranked[0]]), level=1 - (1 - LEVEL) / pairs)
    enough = slower and slower.level >= 1 - (1 - LEAST_LEVEL) / pairs
    if slower and enough and slower.low > 0 and slower.estimate > log(1 + margin):
        message = f"runs took {percent(exp(slower.estimate) - 1)} longer on {ranked[-1]} than on {ranked[0]}"
        yield Finding(Kind.NODES_DIFFER, experiment, None, message)


def block_findings(experiment: str, runs: pd.DataFrame, margin: float) -> Iterator[Finding]:
    """Find a slow first block and a steady drift; ``runs`` are those of one machine."""
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
            Kind.SLOW_FIRST_BLOCK, experiment, None, f"block {effects.index[0]} took {percent(slower)} longer than the others"
        )
        places, logs, speeds = places[1:], others, speeds.iloc[1:]
    change = exp(stats.theilslopes(logs, places).slope * (places[-1] - places[0])) - 1
    if stats.kendalltau(places, logs).pvalue < DRIFT_P and abs(log(1 + change)) > log(1 + margin):
        faster = speeds.iloc[-1] / speeds.iloc[0] - 1
        machine = "" if pd.isna(faster) else f", and CPU speed {changed_by(faster)}"
        yield Finding(
            Kind.DRIFT,
            experiment,
            None,
            f"elapsed times {changed_by(change)} from the first block to the last{machine}{unlike(runs)}",
        )


def order_findings(campaign: Campaign, runs: pd.DataFrame, summary: pd.DataFrame) -> Iterator[Finding]:
    """Find configurations that slow down, or speed up, the run directly after them."""
    for one in carry_overs(runs):
        if one.p > ORDER_P or abs(one.effect) <= log(1 + campaign.margin):
            continue
        name, change = configuration_names(campaign, summary)[one.configuration], exp(one.effect) - 1
        than = "longer" if change > 0 else "shorter"
        message = (
            f"runs took {percent(abs(change))} {than} directly after {name} than after others (p = {one.p:.2g})."
            f" As it never follows itself, its own speed-ups may be off by {percent(relative(one.effect * one.share))}"
        )
        experiment = runs.loc[runs["configuration"] == one.configuration, "experiment"].iloc[0]
        yield Finding(Kind.ORDER_EFFECT, str(experiment), one.configuration, message)


def unlike(runs: pd.DataFrame) -> str:
    """Name the contenders that wait and those that compute, where there are both; the machine's speed concerns the latter."""
    used = runs[runs["status"] == Status.OK].groupby("contender", sort=False)["cpus_used"].median()
    waiting, computing = list(used.index[used < WAITS]), list(used.index[used >= COMPUTES])
    if not waiting or not computing:
        return ""
    waits, computes = (", ".join(names) for names in (waiting, computing))
    return f". Speed-ups between contenders that mostly wait ({waits}) and that mostly compute ({computes}) depend on it"


def speed_findings(experiment: str, runs: pd.DataFrame, margin: float) -> Iterator[Finding]:
    """Find CPU speeds that vary, which no counter shows; they matter where the elapsed times vary by more than the margin."""
    ok = runs[runs["status"] == Status.OK]
    speeds, above = runs["machine_speed"].dropna(), above_medians(runs)
    if len(speeds) < LEAST_BLOCKS or above.empty:
        return
    slow, fast = np.quantile(speeds, (0.1, 0.9))
    spreads = above.groupby(ok["configuration"]).quantile(0.9) - above.groupby(ok["configuration"]).quantile(0.1)
    varies = exp(spreads.median()) - 1
    if fast / slow > UNSTEADY and varies > margin:
        message = f"CPU speed varied {fast / slow:.2g}-fold, typical elapsed times by {percent(varies)}"
        yield Finding(Kind.UNSTEADY_MACHINE, experiment, None, f"{message} (10th to 90th percentile){unlike(runs)}")


def configuration_findings(runs: pd.DataFrame) -> Iterator[Finding]:
    """Find what concerns one configuration, given its runs."""
    experiment, configuration = str(runs["experiment"].iloc[0]), str(runs["configuration"].iloc[0])
    ok, planned = runs[runs["status"] == Status.OK], len(runs)
    throttled = runs["status"].eq(Status.INTERFERED) & runs["throttled_share"].astype(float).gt(MOST_THROTTLED)
    if throttled.any():
        yield Finding(Kind.THROTTLED, experiment, configuration, f"{throttled.sum()} throttled, of {planned} runs")
    for kind, statuses in LEFT_OUT.items():
        counts = runs.loc[~throttled, "status"].value_counts().reindex(statuses).dropna()
        if len(counts):
            which = ", ".join(f"{count:.0f} {status}" for status, count in counts.items())
            yield Finding(kind, experiment, configuration, f"{which}, of {planned} runs")
    switched = ok["gil_enabled"].eq(True) & ok["gil_enabled_at_start"].eq(False)
    if switched.any():
        yield Finding(
            Kind.GIL_SWITCHED_ON, experiment, configuration, f"the GIL was switched on in {switched.sum()} of {len(ok)} runs"
        )
    share = ok["timing_share"].median()
    if share > SHORT_ITEM:
        cost = f"takes {share:.2g} times as long as the item" if share >= 1 else f"adds {share:.0%} to it"
        yield Finding(Kind.SHORT_ITEMS, experiment, configuration, f"timing an item {cost}")
    load = ok["server_load"].median()
    if load > NEAR_LIMIT:
        yield Finding(Kind.SERVER_NEAR_LIMIT, experiment, configuration, f"the median load was {percent(load)} of the limit")
    asked, seen = ok[["workers", "size"]].min(axis=1).max(), ok["peak_in_flight"].max()
    if ok["server_controlled"].eq(True).any() and seen < FEW_IN_FLIGHT * asked:
        yield Finding(
            Kind.FEWER_IN_FLIGHT,
            experiment,
            configuration,
            f"at most {seen:.0f} of {asked:.0f} requests were in flight",
        )
    if len(ok) >= CLUSTERS_FROM:
        yield from clusters(experiment, configuration, np.log(ok["makespan_s"].to_numpy(dtype=float)))


def absence_findings(campaign: Campaign, runs: pd.DataFrame) -> Iterator[Finding]:
    """Name the interpreters that are not installed, in one warning, given their runs."""
    names = [interpreter_title(campaign, str(name)) for name in runs["interpreter"].unique()]
    if names:
        yield Finding(Kind.SKIPPED, None, None, f"not installed: {', '.join(names)} ({len(runs)} runs)")


def probe_findings(campaign: Campaign, probes: pd.DataFrame) -> Iterator[Finding]:
    """Find micro-benchmarks that failed, timed out or were interfered with."""
    for (probe, interpreter), own in probes.groupby(["probe", "interpreter"], sort=False, dropna=False):
        bad = own[~own["status"].isin([Status.OK, Status.SKIPPED])]
        if bad.empty:
            continue
        several = known(interpreter) is not None and len(campaign.interpreters) > 1
        where = f" on {interpreter_title(campaign, str(interpreter))}" if several else ""
        blocks = f"{bad['block'].nunique()} of {own['block'].nunique()} blocks"
        rests = ". Lower bounds of CPU-bound work are unknown there" if probe == EFFECTIVE_PARALLELISM else ""
        reason = known(bad["reason"].iloc[0]) or "no reason is known"
        message = f"{probe}{where} is {bad['status'].iloc[0]} in {blocks} ({reason}){rests}"
        yield Finding(Kind.PROBE_FAILED, None, None, message)


def lower_bound_findings(configuration: pd.Series, median_s: float, lower_bound_s: float | None) -> Iterator[Finding]:
    """Find a median below the lower bound; ``configuration`` is any row that names the configuration."""
    if lower_bound_s is not None and median_s < BELOW_LOWER_BOUND * lower_bound_s:
        message = f"the median is {three_digits(median_s)} s, the lower bound {three_digits(lower_bound_s)} s"
        yield Finding(Kind.BELOW_LOWER_BOUND, str(configuration["experiment"]), str(configuration["configuration"]), message)


def clusters(experiment: str, configuration: str, logs: np.ndarray) -> Iterator[Finding]:
    """Find two clusters of elapsed times by the dip test of Hartigan and Hartigan (Annals of Statistics 13, 1985)."""
    from diptest import diptest  # here, because it takes half a second to import

    _, p = diptest(logs)
    if p < CLUSTERS_P:
        ordered = np.sort(logs)
        split = int(np.diff(ordered).argmax()) + 1
        low, high = (f"{len(part)} took about {exp(np.median(part)):.3g} s" for part in (ordered[:split], ordered[split:]))
        yield Finding(Kind.TWO_CLUSTERS, experiment, configuration, f"of {len(logs)} runs {low}, {high} (p = {p:.2g})")


def scatters(comparisons: Sequence[ComparedColumns]) -> dict[Condition, float]:
    """Return the median half width of each condition's paired intervals, as they would be with one block."""
    widths: dict[Condition, list[float]] = {}
    for row in comparisons:
        if row.paired and row.verdict and half_width(row):
            widths.setdefault(condition_of(row), []).append(half_width(row))
    return {condition: median(found) for condition, found in widths.items()}


def compared(row: ComparedColumns, campaign: Campaign) -> str:
    """Write a comparison: ``1.02 times as fast as sync (94 % CI 0.97 to 1.08, 6 blocks)``."""
    baseline = row.baseline
    if row.contender == CONTROL:
        baseline = "the first time"
    elif isinstance(row, InterpreterRow):
        baseline = f"on {interpreter_title(campaign, row.baseline_interpreter)}"
    elif row.contender == row.baseline:  # of a sweep
        baseline = f"with {worker_count(str(campaign.experiments[row.experiment].contenders[row.baseline].workers[0]))}"
    blocks = "1 block" if row.blocks == 1 else f"{row.blocks} blocks"
    interval = confidence(row.speedup_low or 0, row.speedup_high or 0, row.level or 0)
    return f"{times_as_fast(row.speedup or 0, baseline)} ({interval}, {blocks})"


def comparison_findings(row: ComparedColumns, campaign: Campaign, block_s: float, scatter: float = 0.0) -> Iterator[Finding]:
    """Find what concerns one comparison; ``block_s`` is what another block takes, ``scatter`` that of its condition."""
    if row.verdict is None or not row.blocks:
        return
    about, said = (row.experiment, row.configuration), compared(row, campaign)
    if row.measured_apart:
        apart = f"; the two were measured in different invocations in {row.blocks_apart} more" if row.blocks_apart else ""
        yield Finding(Kind.UNPAIRED, *about, said + apart)
    if not row.paired:
        return
    if row.contender == CONTROL:
        if row.verdict in DECIDED:
            yield Finding(Kind.CONTROL_DIFFERS, *about, said)
    elif surely_small(row, campaign.margin):
        return
    elif row.verdict is Verdict.INCONCLUSIVE:
        yield inconclusive_finding(row, campaign, said, block_s, scatter)
    elif row.verdict is not Verdict.SAME and scattered(row):
        yield Finding(Kind.SPREAD_WIDER_THAN_EFFECT, *about, f"{said}; single blocks vary by {percent(row.spread or 0)}")


def surely_small(row: ComparedColumns, margin: float) -> bool:
    """Tell whether the whole confidence interval lies so near 1 that nobody needs to know more."""
    if row.speedup_low is None or row.speedup_high is None or (row.level or 0) < LEAST_LEVEL:
        return False
    return max(relative(log(row.speedup_low)), relative(log(row.speedup_high))) <= SMALL * margin


def skew_findings(row: ComparedColumns, campaign: Campaign, makespans: Mapping[str, pd.Series]) -> Iterator[Finding]:
    """Find a decided comparison whose ratios within blocks are skewed, which its confidence interval assumes they aren't."""
    if row.verdict in (None, Verdict.INCONCLUSIVE) or not row.paired or row.contender == CONTROL:
        return
    logs = (makespans[row.baseline_configuration] - makespans[row.configuration]).dropna()
    if triples_p(list(logs)) < SKEW_P:
        message = f"{compared(row, campaign)}, but the median of the blocks' ratios is {three_digits(exp(logs.median()))}"
        yield Finding(Kind.SKEWED_RATIOS, row.experiment, row.configuration, message)


def scattered(row: ComparedColumns) -> bool:
    """Tell whether the difference varies more from block to block than it is large."""
    return bool(row.speedup and row.spread and row.spread > relative(log(row.speedup)))


def inconclusive_finding(row: ComparedColumns, campaign: Campaign, said: str, block_s: float, scatter: float) -> Finding:
    """Report why a comparison is inconclusive, how many blocks would decide it, and what they take."""
    if campaign.looks:
        message = f"{said}; it was still inconclusive at the last look"
        return Finding(Kind.SPREAD_WIDER_THAN_EFFECT, row.experiment, row.configuration, message)
    needed = blocks_needed(row, campaign.margin)
    if needed is None:
        many = f"{said}; more than {MOST_BLOCKS} blocks would be needed to decide it"
        return Finding(Kind.SPREAD_WIDER_THAN_EFFECT, row.experiment, row.configuration, many)
    advice = forecast(row, campaign, block_s, needed, blocks_enough(row, campaign.margin, scatter))
    return Finding(Kind.TOO_FEW_BLOCKS, row.experiment, row.configuration, f"{said}; {advice}")


def forecast(row: ComparedColumns, campaign: Campaign, block_s: float, needed: int, enough: int) -> str:
    """Write how many blocks may decide a comparison, how many very probably will, and what they take."""
    lost = campaign.repetitions - row.blocks
    few, longer = needed + lost, f"({duration((needed - row.blocks) * block_s)} longer)"
    if not half_width(row):
        return f"a verdict takes at least {few} blocks {longer}"
    if enough <= needed:
        return f"about {few} blocks will in 9 of 10 cases decide it {longer}"
    if enough > MOST_BLOCKS:
        return f"about {few} blocks may decide it {longer}, but more than {MOST_BLOCKS} may be needed"
    sure = f"{enough + lost} will in 9 of 10 cases ({duration((enough - row.blocks) * block_s)} longer)"
    return f"about {few} blocks may decide it {longer}, {sure}"


def rank_findings(campaign: Campaign, summary: pd.DataFrame, comparer: Comparer) -> Iterator[Finding]:
    """Find the conditions in which best-of-N ranks two contenders the other way round than the ratios within blocks do."""
    ranked = summary[summary["contender"] != CONTROL].dropna(subset=["median_s", "best_of_n_s"])
    for condition, rivals in by_condition(ranked):
        by_best = [rival for _, rival in rivals.sort_values("best_of_n_s").iterrows()]
        swapped = [
            " ahead of ".join(called(rival["contender"], rival["model"], rival["workers"]) for rival in (one, other))
            for one, other in combinations(by_best, 2)
            if one["median_s"] > other["median_s"]
            and surely_longer(comparer.ratio(str(one["configuration"]), str(other["configuration"])))
        ]
        if swapped:
            more = f" and {len(swapped) - PAIRS_NAMED} more" if len(swapped) > PAIRS_NAMED else ""
            ranked_so = f"best of {campaign.best_of} ranks {', '.join(swapped[:PAIRS_NAMED])}{more}"
            message = f"{ranked_so}; the ratios within blocks show the opposite"
            yield Finding(
                Kind.RANKS_DISAGREE, condition.experiment, None, named_condition(campaign, condition, summary) + message
            )


def surely_longer(found: Ratio) -> bool:
    """Tell whether a ratio of paired runs shows that the first configuration takes longer."""
    return bool(found.paired and found.interval and found.interval.level >= LEAST_LEVEL and found.interval.low > 1)


def named_condition(campaign: Campaign, condition: Condition, summary: pd.DataFrame) -> str:
    """Distinguish a condition from the others of its experiment: ``server near, 40 items: ``; empty where it is alone."""
    vary = conditions_that_vary(summary[summary["experiment"] == condition.experiment])
    named = ", ".join(condition_parts(campaign, condition, vary))
    return f"{named}: " if named else ""


def fit_findings(campaign: Campaign, scaling: Iterable[ScalingRow], summary: pd.DataFrame) -> Iterator[Finding]:
    """Find sweeps that no law describes: for each contender and condition, the law with the most parameters counts."""
    last = {(row.experiment, row.contender, row.server, row.interpreter, row.size): row for row in scaling}
    for row in last.values():
        if row.poor:
            under = named_condition(campaign, Condition(row.experiment, row.server, row.interpreter, row.size), summary)
            law = {"USL": "the Universal Scalability Law", "Amdahl": "Amdahl's law"}.get(row.law, row.law)
            message = f"{under}{law} misses the medians of {row.contender} by {percent(row.error or 0)}"
            if row.lack_of_fit_p is not None and row.lack_of_fit_p <= REJECTED:
                message += ", more than the scatter of the blocks explains"
            yield Finding(Kind.POOR_FIT, row.experiment, None, message)


def findings(
    campaign: Campaign,
    runs: pd.DataFrame,
    summary: pd.DataFrame,
    comparisons: Sequence[ComparedColumns],
    scaling: Iterable[ScalingRow] = (),
) -> list[Finding]:
    """Find all warnings of a campaign, those of whole experiments first."""
    campaign = titled(campaign, runs)
    found: list[Finding] = []
    for name, of_experiment in runs.groupby("experiment", sort=False):
        found += experiment_findings(str(name), of_experiment, campaign.margin)
    found += order_findings(campaign, runs, summary)
    comparer = Comparer.of(campaign, runs)
    found += rank_findings(campaign, summary, comparer)
    found += fit_findings(campaign, scaling, summary)
    absent = runs["interpreter"].isin(absent_interpreters(runs))
    found += absence_findings(campaign, runs[absent])
    for _, of_configuration in runs[~absent].groupby("configuration", sort=False):
        found += configuration_findings(of_configuration)
    for _, configuration in summary.iterrows():
        found += lower_bound_findings(configuration, configuration["median_s"], known(configuration["lower_bound_s"]))
    block_s = time_of_block(runs)
    scatter = scatters(comparisons)
    for row in comparisons:
        found += comparison_findings(row, campaign, block_s, scatter.get(condition_of(row), 0.0))
        found += skew_findings(row, campaign, comparer.makespans)
    return found


def false_calls(comparisons: Sequence[ComparedColumns]) -> float:
    """Return how many comparisons chance alone would call faster or slower, at most, if none of them differed."""
    levels = [row.level or 0 for row in comparisons if row.verdict and row.paired and row.contender != CONTROL]
    return sum(1 - level for level in levels if level >= LEAST_LEVEL)
