"""Estimate lower bounds: the time that a run takes for its waits, or its share of the CPU work, and nothing else."""

from __future__ import annotations

from typing import Any

import pandas as pd

from concbench.campaign.campaign import EFFECTIVE_PARALLELISM, MIXED, OWN, Campaign
from concbench.measured.status import Status
from concbench.records.conditions import CONDITION

CPU_BOUND = 0.75  # CPUs used by a baseline, from which on its work counts as CPU-bound
ONE_CPU = 1.25  # CPUs used by a baseline, up to which its elapsed time is that of the work on one CPU


def in_flight_limit(campaign: Campaign, runs: pd.DataFrame) -> pd.Series[float]:
    """Return the most requests that each run can have in flight, given its workers, items, connections and the server."""
    max_concurrent = {name: profile.max_concurrent or float("inf") for name, profile in campaign.servers.items()}
    connections = [
        campaign.experiments[experiment].contenders[contender].connection_limit or float("inf")
        for experiment, contender in zip(runs["experiment"], runs["contender"])
    ]
    limits = [runs["workers"], runs["size"], runs["server"].map(max_concurrent), pd.Series(connections, index=runs.index)]
    return pd.concat(limits, axis=1).min(axis=1)


def other_work(campaign: Campaign, runs: pd.DataFrame) -> pd.Series[bool]:
    """Select the runs with another program than the baseline's, such as NumPy: they have no lower bound."""

    def options(experiment: str, contender: str) -> dict[str, Any]:
        own = campaign.experiments[experiment].contenders[contender].workload_options
        return {name: value for name, value in own.items() if name not in ("client", "client_options")}

    names = zip(runs["experiment"], runs["contender"])
    other = [options(name, contender) != options(name, campaign.experiments[name].baseline) for name, contender in names]
    return pd.Series(other, index=runs.index, dtype=bool)


def with_lower_bounds(campaign: Campaign, runs: pd.DataFrame, probes: pd.DataFrame) -> pd.DataFrame:
    """Add the column ``lower_bound_s``, in seconds, to the runs."""
    place = ["block", "node"]  # a block to which configurations were added may be of several nodes
    of_machine = probes[probes["probe"] == EFFECTIVE_PARALLELISM].fillna({"node": ""}).dropna(subset=["value"])
    machine = of_machine.pivot_table(values="value", index="node", columns="metric", aggfunc="median")
    machine = machine.reindex(columns=[EFFECTIVE_PARALLELISM, "cpus"])  # it may have failed in every block
    parallelism = machine.min(axis=1).clip(lower=1)  # noise may put it outside
    baselines = {name: experiment.baseline for name, experiment in campaign.experiments.items()}
    first = {name: str(one.contenders[one.baseline].workers[0]) for name, one in campaign.experiments.items()}
    is_baseline = (runs["contender"] == runs["experiment"].map(baselines)) & (
        runs["workers_asked"] == runs["experiment"].map(first)
    )
    computes = (runs["workload"] != OWN) | (runs["cpus_used"] >= CPU_BOUND)  # own work may wait for anything
    own = runs[is_baseline & (runs["status"] == Status.OK) & computes][
        [*CONDITION, *place, "makespan_s", "cpu_user_s", "cpu_system_s", "cpus_used"]
    ]
    on_one_cpu_s = own["makespan_s"].where(own["cpus_used"] <= ONE_CPU)
    own = own.assign(baseline_s=on_one_cpu_s, baseline_cpu_s=own[["cpu_user_s", "cpu_system_s"]].sum(axis=1))
    runs = runs.merge(own[[*CONDITION, *place, "baseline_s", "baseline_cpu_s"]], on=[*CONDITION, *place], how="left")
    parallelisms = runs.fillna({"node": ""}).merge(parallelism.rename("parallelism"), on="node", how="left")["parallelism"]
    share = pd.concat([runs["workers"], runs["size"], parallelisms], axis=1).min(axis=1, skipna=False)
    in_flight = in_flight_limit(campaign, runs)
    both_s = pd.concat([(runs["delay_total_s"] + runs["baseline_cpu_s"]) / in_flight, runs["baseline_cpu_s"] / share], axis=1)
    lower_bound_s = (runs["delay_total_s"] / in_flight).where(runs["server"].notna(), runs["baseline_s"] / share)
    lower_bound_s = lower_bound_s.mask(runs["workload"] == MIXED, both_s.max(axis=1, skipna=False))
    no_bound = other_work(campaign, runs) | (lower_bound_s <= 0)  # a server that delays nothing says nothing
    return runs.assign(lower_bound_s=lower_bound_s.mask(no_bound))
