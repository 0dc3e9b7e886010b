"""Find workers whose numeric libraries have more threads together than there are CPUs. Pure functions, which know no files."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from concbench.analysis.findings import Finding
from concbench.analysis.naming import worker_count
from concbench.analysis.warning_kinds import Kind
from concbench.campaign import plugins
from concbench.campaign.campaign import CONTROL, EFFECTIVE_PARALLELISM
from concbench.measured.status import Status

ALONE = 1.1  # CPU time of a run ÷ that of its items' own threads, if the libraries' threads do nothing


def numeric_findings(runs: pd.DataFrame, items: pd.DataFrame, probes: pd.DataFrame) -> Iterator[Finding]:
    """Find the configurations whose workers × threads exceed the CPUs, if the libraries' threads may be at work."""
    cpus = probes.loc[(probes["probe"] == EFFECTIVE_PARALLELISM) & (probes["metric"] == "cpus"), "value"].max()
    counts = (runs["status"] == Status.OK) & runs["numeric_threads"].notna() & (runs["contender"] != CONTROL)
    own = runs[counts].assign(at_once=at_once(runs[counts]))
    for (experiment, configuration), one in own.groupby(["experiment", "configuration"], sort=False):
        threads, workers = one["numeric_threads"].max(), one["at_once"].max()
        if pd.isna(cpus) or pd.isna(workers) or threads <= (fitting := max(1, cpus // workers)):
            continue
        if libraries_work(own[(own["experiment"] == experiment) & (own["numeric_threads"] == threads)], items):
            message = (
                f"{worker_count(workers)} with {threads:.0f} threads each ({one['numeric_libraries'].iloc[0]}) make"
                f" {workers * threads:.0f} threads on {cpus:.0f} CPUs; numeric_threads: {fitting:.0f} makes"
                f" {workers * fitting:.0f}"
            )
            yield Finding(Kind.NUMERIC_THREADS, str(experiment), str(configuration), message)


def at_once(runs: pd.DataFrame) -> pd.Series[float]:
    """Return how many items each run does at a time, on threads or processes of their own; NaN where that isn't known."""
    on_a_loop = runs["model"].map({name: plugins.model(name).items_run_in == "task" for name in runs["model"].unique()})
    threads = runs["threads_used"].fillna(runs["workers"].mask(on_a_loop.astype(bool)))
    return runs["size"].clip(upper=threads).mask(threads.isna())


def libraries_work(runs: pd.DataFrame, items: pd.DataFrame) -> bool:
    """Tell whether the threads of numeric libraries may be at work.

    They are not if a run with one worker takes hardly more CPU time than the worker's own thread. This holds on a busy machine,
    too. Without such a run, they may be.
    """
    one_worker = runs[(runs["workers"] == 1) & runs["start_method"].isna()]
    items_cpu_s = items.groupby(["configuration", "block"])["cpu_s"].sum(min_count=1).rename("items_cpu_s").reset_index()
    representative = one_worker.merge(items_cpu_s, on=["configuration", "block"])
    ratio = ((representative["cpu_user_s"] + representative["cpu_system_s"]) / representative["items_cpu_s"]).median()
    return bool(pd.isna(ratio) or ratio > ALONE)
