"""The tables of ``results/<campaign>/``: one data class per row, its fields the columns, their meaning with them.

The writers, the readers and ``results/README.md`` all take the columns from here.
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
    configuration: str = column("the configuration's name, which is that of its folder of records")
    experiment: str = column("the experiment's name in the config")
    contender: str = column("the contender's name in the config; `control` is one of the others measured a second time")
    model: str = column("the model, as its file in `scripts/models/` is named")
    workload: str = column("the workload, as its file in `scripts/workloads/` is named")
    client: str | None = column("the HTTP client, as its file in `scripts/clients/` is named")
    server: str | None = column("the name of the server profile, for workloads that talk to a server")
    interpreter: str = column("the name of the interpreter under test")
    workers_asked: str = column("`all` (as many as items), `cpus` (as many as CPUs) or a number")
    size: int = column("number of items")


@dataclass
class PlannedRun(ConfigurationColumns):
    """The columns that the plan knows of a run."""

    block: int = column("the block, counted from 1")
    order: int = column("place in the order of all runs of the plan, counted from 1")
    record: str = column("the run's record is `runs/<record>.json`, its log `logs/runs/<record>.log`")


@dataclass
class RunRow(Measured, PlannedRun):
    """A row of ``runs.csv``: one for each planned run, none missing."""


@dataclass
class ProbeRow:
    """A row of ``probes.csv``: one figure of one probe in one block."""

    probe: str = column("the probe, as its file in `scripts/probes/` is named")
    interpreter: str | None = column("the interpreter, for probes of one; empty for probes of the machine")
    block: int = column("the block beside whose runs it was measured")
    invocation: str | None = column("the invocation of the pipeline that measured it")
    node: str | None = column("the machine, or the cluster's node, on which it was measured")
    metric: str = column("what the value is of")
    value: float | None = column("the value")
    unit: str = column("its unit")
    status: Status = column("`ok`, or why there is no value")
    reason: str | None = column("what went wrong, where something did")


@dataclass
class ItemRow:
    """A row of ``items.csv``: one item of a configuration's representative run; times in seconds since its start."""

    configuration: str = column("the configuration's name")
    block: int = column("the block of the run, which is the one of the configuration whose makespan is nearest to the median")
    item: int = column("the item's number, counted from 0")
    thread: int = column("the thread that did it, those of all processes numbered from 0 as they first appear")
    start_s: float = column("when it started")
    end_s: float = column("when it ended")
    cpu_s: float | None = column("the CPU time of its own code; empty for models whose items take turns on a thread")
    connection: int | None = column("the connection to the server that it used, numbered as they were accepted")
    received_s: float | None = column("when the server received its request")
    served_s: float | None = column("when the server began to hold it: later where it queued for a slot")
    released_s: float | None = column("when the server answered")


CONFIGURATION_COLUMNS = [item.name for item in fields(ConfigurationColumns)]


@dataclass
class SummaryRow(ConfigurationColumns):
    """A row of ``summary.csv``: one for each configuration, over its runs that are ``ok``."""

    workers: int | None = column("as `workers_asked` came out")
    planned: int = column("runs planned")
    interfered: int = column("runs left out because other programs disturbed them, each time they were tried")
    n: int = column("runs that are `ok`, on which the following columns rest")
    best_s: float | None = column("the shortest makespan of all")
    best_of: int = column("the N of the next column")
    best_of_n_s: float | None = column(
        "the shortest makespan of N runs, averaged over all choices of N of the n runs; empty with fewer than N"
    )
    median_s: float | None = column("the median makespan")
    median_low_s: float | None = column("the median's interval begins here")
    median_high_s: float | None = column("and ends here")
    median_level: float | None = column("how often such an interval covers the true median, as near to 0.95 as n allows")
    mean_s: float | None = column("the mean makespan")
    stdev_s: float | None = column("the standard deviation of the makespans; empty with fewer than 2 runs")
    cv: float | None = column("standard deviation ÷ mean")
    lower_bound_s: float | None = column(
        "the median over the runs: for downloads the delays asked of the server ÷ the requests that can be under way at once, "
        "for others the baseline's makespan in the block ÷ the workers or the block's effective parallelism, whichever is "
        "less; "
        "for downloads that are worked on the longer of two: delays and the baseline's CPU time ÷ requests, CPU time ÷ "
        "effective parallelism; empty for another program than the baseline's, such as NumPy"
    )
    nodes: int = column("machines, or nodes of a cluster, on which those runs were measured")
    node_effect: float | None = column(
        "how many times as long the same typically takes on one of them as on another, beyond what runs on each differ; 1 "
        "where it doesn't; empty with one, and where none has two runs"
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
    ok: int = column("those of them that are `ok`")
    machine_speed: float | None = column("the median over those runs")
    effective_parallelism: float | None = column("CPUs that work at once, the median over its blocks")
    effect: float | None = column(
        "how many times as long runs took on it as on all nodes: the centre of its blocks' medians over the configurations"
    )
    effect_low: float | None = column("the effect's interval begins here")
    effect_high: float | None = column("and ends here")
    effect_level: float | None = column("how often such an interval covers the truth, as near to 0.95 as its blocks allow")


@dataclass
class ComparedColumns(ConfigurationColumns):
    """The outcome of a configuration beside a baseline, in every table of comparisons within a campaign."""

    workers: int | None = column("as `workers_asked` came out")
    baseline: str = column("the contender that this one is compared with; for `control` the one that it measures again")
    baseline_configuration: str = column("that contender's configuration")
    speedup: float | None = column("baseline ÷ this, so that more than 1 is faster: the centre of the ratios within blocks")
    speedup_low: float | None = column("the speed-up's interval begins here")
    speedup_high: float | None = column("and ends here")
    level: float | None = column("how often such an interval covers the truth: 0.95, or as near to it as so few blocks allow")
    paired: bool = column(
        "whether the ratios are of runs of one block and invocation; if not, they are of all runs, and the verdict is "
        "`inconclusive`"
    )
    blocks: int = column("blocks that the speed-up rests on")
    blocks_apart: int = column("blocks left out because the two were measured in different invocations")
    spread: float | None = column("the standard deviation of the single blocks' ratios, relative; of all runs if unpaired")
    speedup_limit: float | None = column(
        "the speed-up that `lower_bound_s` would be: of CPU-bound work the workers or the machine's effective parallelism, "
        "if less"
    )
    noise_floor: float | None = column("how far apart the control's two measurements are, relative; empty without a control")
    verdict: Verdict | None = column("`faster`, `slower`, `same` or `inconclusive`; empty for the baseline itself")
    best_of_n_speedup: float | None = column("baseline ÷ this of the best-of-N makespans, which is how the article compares")

    @property
    def measured_apart(self) -> bool:
        """Tell whether the two, or some of their blocks, were measured in different invocations."""
        return bool(self.verdict and self.blocks and (self.blocks_apart or not self.paired))


@dataclass
class ComparisonRow(ComparedColumns):
    """A row of ``comparisons.csv``: one for each configuration, against its experiment's baseline in the same condition."""

    vs_fastest: float | None = column(
        "this ÷ the fastest of all configurations in the condition, which has the shortest median: 1.2 takes 1.2 times as "
        "long, by the centre of the ratios within blocks, or of all runs where most blocks are unpaired; empty for `control`"
    )
    vs_fastest_low: float | None = column("its interval begins here: where it is 1 or less, this may be as fast as the fastest")
    vs_fastest_high: float | None = column("and ends here")
    vs_fastest_level: float | None = column("how often such an interval covers the truth")
    vs_best_workers: float | None = column(
        "this ÷ the contender's own best number of workers in the condition; empty for contenders with one number, and for "
        "configurations measured in other invocations than the baseline"
    )
    vs_best_workers_low: float | None = column(
        "its interval begins here: where it is 1 or less, this number may be as good as the best"
    )
    vs_best_workers_high: float | None = column("and ends here")
    vs_best_workers_level: float | None = column("how often such an interval covers the truth")


@dataclass
class InterpreterRow(ComparedColumns):
    """A row of ``interpreters.csv``: a configuration of another interpreter than the first, against the same on that one."""

    baseline_interpreter: str = column("the campaign's first interpreter, on which the baseline is the same contender")
    fastest_configuration: str | None = column(
        "the fastest of all contenders on the first interpreter, with the same experiment, server and size: the one with the "
        "shortest median"
    )
    over_fastest: float | None = column(
        "that configuration ÷ this, so that more than 1 is faster than anything on the first interpreter: the centre of the "
        "ratios within blocks"
    )
    over_fastest_low: float | None = column("its interval begins here")
    over_fastest_high: float | None = column("and ends here")
    over_fastest_level: float | None = column("how often such an interval covers the truth")
    over_fastest_verdict: Verdict | None = column(
        "`faster`, `slower`, `same` or `inconclusive`; empty where one of the two has no run that counts"
    )


@dataclass
class ChangeRow(ConfigurationColumns):
    """A row of the table that ``compare_campaigns.py`` writes: a configuration of one campaign beside the same of another."""

    workers: int | None = column("as `workers_asked` came out")
    before_campaign: str = column("the name of the campaign that it is compared with")
    before_n: int | None = column("runs that are `ok` in that campaign")
    before_s: float | None = column("their median makespan")
    after_n: int | None = column("runs that are `ok` in this campaign")
    after_s: float | None = column("their median makespan")
    speedup: float | None = column("before ÷ after, so that more than 1 is faster: the centre of all ratios of two runs")
    speedup_low: float | None = column("its interval begins here")
    speedup_high: float | None = column("and ends here")
    level: float | None = column("how often such an interval covers the truth")
    machine_speedup: float | None = column("how many times as fast as before the machine itself was, beside these runs")
    noise_floor: float | None = column("the largest of the two controls' differences and the machine's change, relative")
    p: float | None = column("how probable so great a difference would be if there were none (rank-sum test)")
    verdict: Verdict | None = column("`faster`, `slower`, `same` or `inconclusive`; empty where it was skipped in both")
    reason: str | None = column("why there is no other verdict")


@dataclass
class ScalingRow:
    """A row of ``scaling.csv``: a law fitted to a contender's sweep of 5 numbers of workers or more, 8 for the USL."""

    campaign: str = column("the campaign's name")
    experiment: str = column("the experiment's name in the config")
    contender: str = column("the contender's name in the config")
    server: str | None = column("the name of the server profile, for workloads that talk to a server")
    interpreter: str = column("the name of the interpreter under test")
    size: int = column("number of items")
    law: str = column("`Amdahl` or `USL`, the Universal Scalability Law; `scripts/concbench/stats/scaling_laws.py` has both")
    worker_counts: int = column("numbers of workers that the fit rests on")
    blocks: int = column("blocks, each fitted by itself; the figures are medians over them")
    one_worker_s: float | None = column("the makespan of one worker by the law, fitted to the medians")
    serial_fraction: float | None = column("share of one worker's work that more workers don't share")
    serial_fraction_low: float | None = column("its interval begins here")
    serial_fraction_high: float | None = column("and ends here")
    coherency: float | None = column("of the USL: what each worker adds for each other one, as a share of one worker's work")
    coherency_low: float | None = column("its interval begins here")
    coherency_high: float | None = column("and ends here")
    level: float | None = column("how often such intervals cover the truth")
    predicted_workers: float | None = column("the best number of workers by the law; empty where more are never slower")
    predicted_low: float | None = column("its interval begins here; empty where the law of some block has no optimum")
    predicted_high: float | None = column("and ends here")
    measured_workers: int | None = column("the number of workers with the shortest median")
    predicted_speedup: float | None = column(
        "how many times as fast as one worker the best number is by the law; empty without limit"
    )
    error: float | None = column("root mean square of the relative distances of the medians from the law")
    poor: bool = column("whether that is more than a tenth, so that the law says little")


@dataclass
class WarningRow:
    """A row of ``warnings.csv``: a warning about a configuration, or about an experiment as a whole."""

    warning: str = column("the kind of warning, one of those listed below")
    experiment: str = column("the experiment that it concerns")
    configuration: str | None = column("the configuration that it concerns; empty where it is the whole experiment")
    message: str = column("what was found, in figures")
    remedy: str = column("what to do")


@dataclass
class ClaimRow:
    """A row of ``claims.csv``: a claim's verdict for one interpreter."""

    campaign: str = column("the campaign's name")
    claim: str = column("the claim's number, with a letter where it has several parts")
    statement: str = column("what is claimed")
    interpreter: str | None = column("the interpreter; empty where the claim speaks of none that the campaign has")
    test: str = column("the kind of test, as in the file of claims")
    article: float | None = column("the article's figure")
    measured: float | None = column("ours: a ratio, a value, or for an order the ratio that decides it")
    low: float | None = column("its interval begins here")
    high: float | None = column("and ends here")
    level: float | None = column("how often such an interval covers the truth")
    blocks: int = column("blocks that it rests on")
    verdict: ClaimVerdict = column("`reproduced`, `contradicted` or `inconclusive`")
    reason: str = column("why, in a sentence; for a contradicted claim with the cause, as measured")
    evidence: str | None = column("the configurations (of `runs.csv`) and probe:metric (of `probes.csv`) that it rests on")


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
    """Return the columns of a table in order, each with its meaning."""
    return {item.name: item.metadata["meaning"] for item in fields(row)}
