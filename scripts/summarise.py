"""Summarise runs.csv into summary.csv: best-of-N, median, spread and ideal of each point."""

from __future__ import annotations

from math import exp, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from campaign import MIXED, OWN, Campaign
from diagnosis import Finding, experiment_findings, ideal_findings, point_findings, titles
from estimates import best_of
from intervals import median_interval
from plan import points
from table_arguments import campaign_and_tables, table_parser
from tables import POINT_COLUMNS, SETTING, SummaryRow, known, write_table

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


def summary_row(campaign: Campaign, runs: pd.DataFrame, of_experiment: list[Finding]) -> SummaryRow:
    """One point's row from all its runs; ``of_experiment`` is what its experiment as a whole is warned of."""
    ok = runs[runs["status"] == "ok"]
    makespans = ok["makespan_s"]
    median, ideal_s = median_interval(list(makespans)), known(ok["ideal_s"].median())
    about = [*of_experiment, *point_findings(runs), *ideal_findings(runs.iloc[0], makespans.median(), ideal_s)]
    return SummaryRow(
        **{name: known(runs[name].iloc[0]) for name in POINT_COLUMNS},
        workers=known(runs["workers"].max()),
        planned=len(runs),
        disturbed=int((runs["status"] == "disturbed").sum()),
        n=len(ok),
        best_s=known(makespans.min()),
        best_of=campaign.best_of,
        best_of_n_s=best_of(campaign.best_of, list(makespans)),
        median_s=median.estimate if median else None,
        median_low_s=median.low if median else None,
        median_high_s=median.high if median else None,
        median_level=median.level if median else None,
        mean_s=known(makespans.mean()),
        stdev_s=known(makespans.std()),
        cv=known(makespans.std() / makespans.mean()),
        ideal_s=ideal_s,
        nodes=ok["node"].nunique(),
        node_effect=node_effect(ok),
        warnings=titles(about),
    )


def node_effect(ok: pd.DataFrame) -> float | None:
    """How many times as long a point's runs typically take on one node as on another; None where runs don't tell.

    From the variance between nodes that the logarithms show beyond that within nodes, which doesn't grow with their number:
    the analysis of variance's estimate for random effects (Searle, Casella and McCulloch, *Variance Components*, chapter 3).
    """
    logs = [np.log(own.to_numpy(dtype=float)) for _, own in ok.groupby("node")["makespan_s"]]
    counts, nodes = np.array([len(own) for own in logs]), len(logs)
    if nodes < 2 or counts.max() < 2:
        return None
    centre = np.concatenate(logs).mean()
    between = sum(len(own) * (own.mean() - centre) ** 2 for own in logs) / (nodes - 1)
    within = sum(((own - own.mean()) ** 2).sum() for own in logs) / (counts.sum() - nodes)
    variance = (between - within) * (nodes - 1) / (counts.sum() - (counts**2).sum() / counts.sum())
    return exp(sqrt(2 * max(0.0, variance)))


def summarise(campaign: Campaign, runs: pd.DataFrame, probes: pd.DataFrame) -> list[SummaryRow]:
    """A row for each point, in the order in which the config names them."""
    place = {name: number for number, name in enumerate(point.name for point in points(campaign))}
    by_point = [of_point for _, of_point in with_ideals(campaign, runs, probes).groupby("point", sort=False)]
    by_point.sort(key=lambda of_point: place[of_point["point"].iloc[0]])
    of_experiment = {
        str(name): list(experiment_findings(str(name), own, campaign.margin)) for name, own in runs.groupby("experiment")
    }
    return [summary_row(campaign, of_point, of_experiment[of_point["experiment"].iloc[0]]) for of_point in by_point]


def main() -> None:
    tables = ("runs", "probes")
    parser = table_parser(__doc__, *tables)
    parser.add_argument("--table", required=True, type=Path, help="file to write: summary.csv")
    arguments = parser.parse_args()
    campaign, (runs, probes) = campaign_and_tables(arguments, *tables)
    write_table(arguments.table, SummaryRow, summarise(campaign, runs, probes))


if __name__ == "__main__":
    main()
