"""Lower bounds: the time that nothing but its waits, or its share of the CPUs, would leave a run."""

from __future__ import annotations

from typing import Any

import pandas as pd

from concbench.campaign.campaign import MIXED, OWN, Campaign
from concbench.records.rows import SETTING

CPU_BOUND = 0.75  # effective cores of a baseline from which on its work counts as computing


def in_flight_limit(campaign: Campaign, runs: pd.DataFrame) -> pd.Series[float]:
    """For each run the requests that can be under way at once: its workers, as far as items, connections and slots go."""
    slots = {name: profile.slots or float("inf") for name, profile in campaign.origins.items()}
    connections = [
        campaign.experiments[experiment].contenders[contender].connection_limit or float("inf")
        for experiment, contender in zip(runs["experiment"], runs["contender"])
    ]
    limits = [runs["workers"], runs["size"], runs["origin"].map(slots), pd.Series(connections, index=runs.index)]
    return pd.concat(limits, axis=1).min(axis=1)


def other_work(campaign: Campaign, runs: pd.DataFrame) -> pd.Series[bool]:
    """Which runs do the work by another program than the baseline, such as NumPy, of whose ideal the baseline says nothing."""

    def options(experiment: str, contender: str) -> dict[str, Any]:
        own = campaign.experiments[experiment].contenders[contender].workload_options
        return {name: value for name, value in own.items() if name not in ("client", "client_options")}

    names = zip(runs["experiment"], runs["contender"])
    other = [options(name, contender) != options(name, campaign.experiments[name].baseline) for name, contender in names]
    return pd.Series(other, index=runs.index, dtype=bool)


def with_ideals(campaign: Campaign, runs: pd.DataFrame, probes: pd.DataFrame) -> pd.DataFrame:
    """The runs, each with the makespan that nothing but its waits or its share of the processors would leave it."""
    place = ["block", "node"]  # a block to which points were added may be of several nodes
    of_machine = probes[probes["probe"] == "parallel_capacity"].fillna({"node": ""})
    machine = of_machine.pivot_table(values="value", index=place, columns="metric")
    capacity = machine[["parallel_capacity", "processors"]].min(axis=1).clip(lower=1)  # noise may put it outside
    baselines = {name: experiment.baseline for name, experiment in campaign.experiments.items()}
    first = {name: str(one.contenders[one.baseline].workers[0]) for name, one in campaign.experiments.items()}
    is_baseline = (runs["contender"] == runs["experiment"].map(baselines)) & (
        runs["workers_asked"] == runs["experiment"].map(first)
    )
    computes = (runs["workload"] != OWN) | (runs["effective_cores"] >= CPU_BOUND)  # own work may wait for anything
    own = runs[is_baseline & (runs["status"] == "ok") & computes][
        [*SETTING, *place, "makespan_s", "cpu_user_s", "cpu_system_s"]
    ]
    own = own.assign(baseline_s=own["makespan_s"], baseline_cpu_s=own[["cpu_user_s", "cpu_system_s"]].sum(axis=1))
    runs = runs.merge(own[[*SETTING, *place, "baseline_s", "baseline_cpu_s"]], on=[*SETTING, *place], how="left")
    capacities = runs.fillna({"node": ""}).merge(capacity.rename("capacity"), on=place, how="left")["capacity"]
    share = pd.concat([runs["workers"], capacities], axis=1).min(axis=1, skipna=False)
    in_flight = in_flight_limit(campaign, runs)
    both_s = pd.concat([(runs["held_s"] + runs["baseline_cpu_s"]) / in_flight, runs["baseline_cpu_s"] / share], axis=1)
    ideal_s = (runs["held_s"] / in_flight).where(runs["origin"].notna(), runs["baseline_s"] / share)
    ideal_s = ideal_s.mask(runs["workload"] == MIXED, both_s.max(axis=1, skipna=False))
    return runs.assign(ideal_s=ideal_s.mask(other_work(campaign, runs)))
