"""Define the tables of ``results/<campaign>/``: one data class per row, its fields the columns, each with its meaning.

Writers, readers and ``docs/reference/results.md`` all take the columns from here.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from concbench.measured.status import Status
from concbench.records.run_record import Measured, column
from concbench.stats.verdicts import ClaimVerdict, Verdict


@dataclass
class ConfigurationColumns:
    """The columns that identify a configuration, in every table that speaks of configurations."""

    campaign: str = column("the campaign's name")
    configuration: str = column("the configuration's id, which is also the name of its folder of records")
    experiment: str = column("the experiment's name in the config")
    contender: str = column(
        "the contender's name in the config; `control` is the A/A control, one of the others measured again"
    )
    model: str = column("the model: the name of its file in `scripts/models/`")
    workload: str = column("the workload: the name of its file in `scripts/workloads/`")
    client: str | None = column("the HTTP client: the name of its file in `scripts/clients/`; empty for other workloads")
    server: str | None = column("the server profile's name in the config; empty for workloads without a server")
    interpreter: str = column("the interpreter's name in the config")
    workers_asked: str = column(
        "the number of workers as the config gives it: a number, `all` (as many as items), `cpus` (as many as CPUs) or "
        "`default` (as many as the model's pool has unless it is given a number)"
    )
    size: int = column("number of items")


@dataclass
class PlannedRun(ConfigurationColumns):
    """The columns of a run that the plan knows."""

    block: int = column("the block, counted from 1")
    order: int = column("position among all runs of the plan, counted from 1")
    record: str = column("the run's record is `runs/<record>.json`, its log `logs/runs/<record>.log`")


@dataclass
class RunRow(Measured, PlannedRun):
    """A row of ``runs.csv``: one for each planned run."""


@dataclass
class ProbeRow:
    """A row of ``probes.csv``: one figure of one micro-benchmark in one block."""

    probe: str = column("the micro-benchmark: the name of its file in `scripts/probes/`")
    interpreter: str | None = column(
        "the interpreter's name in the config; empty where the machine is measured, not an interpreter"
    )
    block: int = column("the block that it was measured with")
    invocation: str | None = column("the invocation of the workflow that measured it")
    node: str | None = column("the machine, or the cluster's node, on which it was measured")
    metric: str = column("the figure's name")
    value: float | None = column("the value")
    unit: str = column("its unit")
    status: Status = column("`ok`, or why there is no value")
    reason: str | None = column("what went wrong; empty if nothing did")


@dataclass
class ItemRow:
    """A row of ``items.csv``: one item of a configuration's representative run; times in seconds since its start."""

    configuration: str = column("the configuration's id")
    block: int = column("the block of the representative run, whose elapsed time is closest to the configuration's median")
    item: int = column("the item's number, counted from 0")
    thread: int = column(
        "the thread that did it; threads of all processes are numbered from 0 in the order of their first items"
    )
    start_s: float = column("when it started")
    end_s: float = column("when it ended")
    cpu_s: float | None = column("CPU time of its own code; empty for models whose items take turns on a thread")
    connection: int | None = column(
        "the connection that it used; connections are numbered in the order in which the server accepted them"
    )
    received_s: float | None = column("when the server received its request")
    served_s: float | None = column("when the server began its delay: later than received where the request queued for a slot")
    released_s: float | None = column("when the delay ended and the server answered")


CONFIGURATION_COLUMNS = [item.name for item in fields(ConfigurationColumns)]


@dataclass
class SummaryRow(ConfigurationColumns):
    """A row of ``summary.csv``: one for each configuration, over its runs that are ``ok``."""

    workers: int | None = column("the number of workers")
    planned: int = column("runs planned")
    interfered: int = column(
        "runs excluded because other programs used the CPUs, or a CPU quota stopped the run, in every attempt"
    )
    n: int = column("runs that are `ok`; the following columns are computed from them")
    best_s: float | None = column("shortest elapsed time")
    best_of: int = column("N in the next column")
    best_of_n_s: float | None = column(
        "best of N: the shortest elapsed time of N runs, averaged over all choices of N runs; empty with fewer than N"
    )
    median_s: float | None = column("median elapsed time")
    median_low_s: float | None = column("lower end of the median's confidence interval (order statistics)")
    median_high_s: float | None = column("upper end")
    median_level: float | None = column("confidence level of that interval, as near to 0.95 as n allows")
    mean_s: float | None = column("mean elapsed time")
    stdev_s: float | None = column("standard deviation of the elapsed times; empty with fewer than 2 runs")
    cv: float | None = column("standard deviation ÷ mean")
    lower_bound_s: float | None = column(
        "estimated lower bound of the elapsed time, median over the runs. Downloads: total delay ÷ requests that can be in "
        "flight. CPU-bound work: the baseline's elapsed time in the block ÷ CPUs, the smallest of workers, items and effective "
        "parallelism. Download, then compute: the larger of (total delay + the baseline's CPU time) ÷ requests and "
        "the baseline's CPU time ÷ CPUs. Empty for another program than the baseline's, such as NumPy, and for CPU-bound work "
        "whose baseline uses more than 1.25 CPUs itself"
    )
    nodes: int = column("number of machines, or nodes of a cluster, that measured those runs")
    node_effect: float | None = column(
        "typical ratio of elapsed times between two nodes, without the variation within nodes; 1 for no difference; empty "
        "with one node, and where no node has two runs"
    )


@dataclass
class NodeRow:
    """A row of ``nodes.csv``: one for each machine, or node of a cluster, on which runs were measured."""

    campaign: str = column("the campaign's name")
    node: str = column("its name")
    cpu_model: str | None = column("its CPU")
    cpus: int | None = column("CPUs that runs could use")
    memory_bytes: int | None = column("its memory")
    blocks: int = column("blocks measured on it")
    runs: int = column("runs measured on it")
    ok: int = column("runs that are `ok`")
    machine_speed: float | None = column("median over those runs, in iterations of the calibration loop per second")
    effective_parallelism: float | None = column("CPUs that can work at once, median over its blocks")
    effect: float | None = column("elapsed time on it ÷ that on all nodes (Hodges–Lehmann estimate over its blocks)")
    effect_low: float | None = column("lower end of the effect's confidence interval")
    effect_high: float | None = column("upper end")
    effect_level: float | None = column(
        "confidence level of that interval, as near to 0.95 as its blocks allow; it holds for a single look"
    )


@dataclass
class ComparedColumns(ConfigurationColumns):
    """The comparison of a configuration with a baseline, in every table of comparisons within a campaign."""

    workers: int | None = column("the number of workers")
    baseline: str = column("the contender that this one is compared with; for `control`, the one that it measures again")
    baseline_configuration: str = column("that contender's configuration id")
    speedup: float | None = column(
        "speed-up over the baseline: its elapsed time ÷ this one's (Hodges–Lehmann estimate of the ratios within blocks)"
    )
    speedup_low: float | None = column("lower end of the speed-up's confidence interval (signed ranks)")
    speedup_high: float | None = column("upper end")
    level: float | None = column(
        "confidence level of that interval, as near to 0.95 as the number of blocks allows; in a campaign with looks, "
        "that of all looks so far together"
    )
    paired: bool = column(
        "whether the ratios are taken within a block and an invocation; if not, they are of all runs, and the verdict is "
        "`inconclusive`"
    )
    blocks: int = column("blocks that the speed-up is computed from")
    blocks_apart: int = column("blocks excluded because the two were measured in different invocations")
    spread: float | None = column("relative standard deviation of the blocks' ratios; of all runs if unpaired")
    speedup_limit: float | None = column(
        "the speed-up if the elapsed time were `lower_bound_s`, in the blocks that both have; for CPU-bound work, the "
        "smallest of workers, items and effective parallelism"
    )
    verdict: Verdict | None = column("`faster`, `slower`, `same` or `inconclusive`; empty for the baseline")
    best_of_n_speedup: float | None = column(
        "speed-up over the baseline by best-of-N times, as in the article, in the blocks that both have"
    )

    @property
    def measured_apart(self) -> bool:
        """Tell whether the two, or some of their blocks, were measured in different invocations."""
        return bool(self.verdict and self.blocks and (self.blocks_apart or not self.paired))


@dataclass
class ComparisonRow(ComparedColumns):
    """A row of ``comparisons.csv``: one for each configuration, compared with the baseline in the same condition."""

    vs_fastest: float | None = column(
        "elapsed time ÷ that of the fastest configuration in the condition, which has the shortest median: 1.2 takes 1.2 "
        "times as long. Estimated from ratios within blocks, or of all runs where most blocks are unpaired; empty for `control`"
    )
    vs_fastest_low: float | None = column("lower end of its confidence interval, which is that of this comparison alone")
    vs_fastest_high: float | None = column("upper end")
    vs_fastest_level: float | None = column("confidence level of that interval")
    may_be_fastest: bool | None = column(
        "whether this may be as fast as the fastest: `False` if it is shown to be slower by more than `margin`, given how many "
        "configurations the fastest was chosen from; empty where `vs_fastest` is"
    )
    vs_best_workers: float | None = column(
        "elapsed time ÷ that of the contender's best number of workers in the condition; empty for contenders with one "
        "number, and for configurations measured in other invocations than the baseline"
    )
    vs_best_workers_low: float | None = column("lower end of its confidence interval, which is that of this comparison alone")
    vs_best_workers_high: float | None = column("upper end")
    vs_best_workers_level: float | None = column("confidence level of that interval")
    may_be_best_workers: bool | None = column(
        "whether this number of workers may be as good as the best: `False` if it is shown to be slower by more than `margin`, "
        "given how many numbers the best was chosen from; empty where `vs_best_workers` is"
    )


@dataclass
class InterpreterRow(ComparedColumns):
    """A row of ``interpreters.csv``: a configuration on another interpreter, compared with the same on the first one."""

    baseline_interpreter: str = column("the campaign's first interpreter; the baseline is the same contender on it")
    fastest_configuration: str | None = column(
        "the configuration with the shortest median on the first interpreter, for the same experiment, server and size"
    )
    over_fastest: float | None = column(
        "speed-up over that configuration (Hodges–Lehmann estimate of the ratios within blocks): above 1, this is faster than "
        "everything on the first interpreter"
    )
    over_fastest_low: float | None = column("lower end of its confidence interval")
    over_fastest_high: float | None = column("upper end")
    over_fastest_level: float | None = column("confidence level of that interval")
    over_fastest_verdict: Verdict | None = column(
        "`faster`, `slower`, `same` or `inconclusive`; empty where one of the two has no run that counts"
    )
    fastest_may_be_as_fast: bool | None = column(
        "whether that configuration may be as fast as this one, given how many configurations on all interpreters this one was "
        "chosen from; empty unless it has the shortest median of all"
    )


@dataclass
class ChangeRow(ConfigurationColumns):
    """A row of the table that ``compare_campaigns.py`` writes: one configuration in two campaigns, or on two interpreters."""

    workers: int | None = column("the number of workers")
    before_campaign: str = column("the campaign that this one is compared with; the same one if two interpreters are compared")
    before_n: int | None = column("runs that are `ok` before")
    before_s: float | None = column("their median elapsed time")
    after_n: int | None = column("runs that are `ok` after")
    after_s: float | None = column("their median elapsed time")
    speedup: float | None = column(
        "geometric mean of the elapsed times before ÷ that after, for two interpreters of one campaign in pairs within "
        "blocks: above 1 is faster"
    )
    speedup_low: float | None = column("lower end of its confidence interval, which is simultaneous with those of all rows")
    speedup_high: float | None = column("upper end")
    level: float | None = column("confidence level of all these intervals together")
    slower_at_most: float | None = column(
        "upper confidence limit (95 %, one-sided, for this configuration alone) of how much slower it is, as a share: 0.1 is "
        "10 %; a gain in CPU speed is added; empty if a run after failed, took too long or was wrong"
    )
    machine_speedup: float | None = column(
        "CPU speed after ÷ before, over the blocks that the configuration has in each campaign; empty for two interpreters of "
        "one campaign"
    )
    machine_speedup_low: float | None = column("lower end of its confidence interval")
    machine_speedup_high: float | None = column("upper end")
    threshold: float | None = column(
        "the change that the whole confidence interval must exceed, as a share: the largest of the margin, the A/A controls' "
        "differences and the far end of the interval of CPU speed"
    )
    verdict: Verdict | None = column("`faster`, `slower`, `same` or `inconclusive`; empty where it was skipped on both sides")
    reason: str | None = column("why the verdict is `inconclusive` or empty")


@dataclass
class ScalingRow:
    """A row of ``scaling.csv``: a law fitted to a contender's sweep of at least 5 numbers of workers, 8 for the USL."""

    campaign: str = column("the campaign's name")
    experiment: str = column("the experiment's name in the config")
    contender: str = column("the contender's name in the config")
    server: str | None = column("the server profile's name in the config; empty for workloads without a server")
    interpreter: str = column("the interpreter's name in the config")
    size: int = column("number of items")
    law: str = column("`Amdahl` or `USL`, the Universal Scalability Law; `scripts/concbench/stats/scaling_laws.py` has both")
    worker_counts: int = column("numbers of workers that the fit uses")
    most_workers: int = column("the largest of them")
    blocks: int = column("blocks, each fitted separately; confidence intervals are of medians over them")
    one_worker_s: float | None = column(
        "elapsed time with one worker by the law, fitted to the medians of the blocks with all numbers of workers"
    )
    serial_fraction: float | None = column("serial fraction σ: the share of one worker's work that more workers cannot share")
    serial_fraction_low: float | None = column(
        "lower end of its confidence interval; this and the other ends are empty with fewer than 5 blocks, before the first "
        "look, and where the law is `poor`"
    )
    serial_fraction_high: float | None = column("upper end")
    coherency: float | None = column(
        "coherency κ of the USL: the cost of each worker to every other one, as a share of one worker's work"
    )
    coherency_low: float | None = column("lower end of its confidence interval")
    coherency_high: float | None = column("upper end")
    level: float | None = column(
        "confidence level of these intervals; of a campaign with several looks that of all looks so far together"
    )
    predicted_workers: float | None = column(
        "best number of workers by the law; empty where it is more than `most_workers`, and where `serial_fraction_low` is"
    )
    predicted_low: float | None = column("lower end of its confidence interval; empty where it is more than `most_workers`")
    predicted_high: float | None = column("upper end; empty where it is more than `most_workers`")
    measured_workers: int | None = column("number of workers with the shortest median")
    predicted_speedup: float | None = column(
        "speed-up of the predicted number over one worker, by the law; empty where `predicted_workers` is"
    )
    error: float | None = column("root mean square of those medians' relative distances from the law")
    lack_of_fit_p: float | None = column(
        "how probable it is that all blocks miss the law so much alike if it is right, in a single test; empty with fewer than "
        "5 blocks, and before the first look"
    )
    poor: bool = column("whether the law does not fit: the error exceeds 10 %, or `lack_of_fit_p` is 0.07 or less")


@dataclass
class WarningRow:
    """A row of ``warnings.csv``: a warning about a configuration, or about an experiment as a whole."""

    warning: str = column("the kind of warning, one of those below")
    experiment: str | None = column("the experiment that it concerns; empty where it is the whole campaign")
    configuration: str | None = column("the configuration that it concerns; empty where it is the whole experiment")
    message: str = column("the finding, with its figures")
    remedy: str = column("what to do")


@dataclass
class ClaimRow:
    """A row of ``claims.csv``: a claim's verdict for one interpreter."""

    campaign: str = column("the campaign's name")
    claim: str = column("the claim's number, with a letter where it has several parts")
    statement: str = column("what is claimed")
    interpreter: str | None = column(
        "the interpreter's name in the config; empty where the claim applies to none of the campaign's"
    )
    test: str = column("the kind of test, as in the file of claims")
    article: float | None = column("the article's figure")
    measured: float | None = column("our figure: a ratio, a value, or for an order the ratio that decides it")
    low: float | None = column("lower end of its confidence interval")
    high: float | None = column("upper end")
    level: float | None = column("confidence level of that interval")
    blocks: int = column("blocks that it is computed from")
    verdict: ClaimVerdict = column("`reproduced`, `contradicted` or `inconclusive`")
    reason: str = column("the reason, in a sentence; for a contradicted claim with its cause, as measured")
    evidence: str | None = column(
        "ids of the configurations (`runs.csv`) and probe:metric (`probes.csv`) that it is computed from"
    )


TABLES: dict[str, type] = {
    "runs": RunRow,
    "items": ItemRow,
    "summary": SummaryRow,
    "nodes": NodeRow,
    "comparisons": ComparisonRow,
    "interpreters": InterpreterRow,
    "scaling": ScalingRow,
    "warnings": WarningRow,
    "claims": ClaimRow,
    "probes": ProbeRow,
}


def column_meanings(row: type) -> dict[str, str]:
    """Return the columns of a table in order, with their meanings."""
    return {item.name: item.metadata["meaning"] for item in fields(row)}
