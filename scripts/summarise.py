"""Summarise runs.csv into summary.csv: best-of-N, median, spread and ideal of each point."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from campaign import OWN, Campaign
from diagnosis import Finding, experiment_findings, point_findings, titles
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


def with_ideals(campaign: Campaign, runs: pd.DataFrame, probes: pd.DataFrame) -> pd.DataFrame:
    """The runs, each with the makespan that nothing but its waits or its share of the processors would leave it."""
    machine = probes[probes["probe"] == "parallel_capacity"].pivot_table(values="value", index="block", columns="metric")
    capacity = machine[["parallel_capacity", "processors"]].min(axis=1).clip(lower=1)  # noise may put it outside
    baselines = {name: experiment.baseline for name, experiment in campaign.experiments.items()}
    first = {name: str(one.contenders[one.baseline].workers[0]) for name, one in campaign.experiments.items()}
    is_baseline = (runs["contender"] == runs["experiment"].map(baselines)) & (
        runs["workers_asked"] == runs["experiment"].map(first)
    )
    computes = (runs["workload"] != OWN) | (runs["effective_cores"] >= CPU_BOUND)  # own work may wait for anything
    own = runs[is_baseline & (runs["status"] == "ok") & computes][[*SETTING, "block", "makespan_s"]]
    runs = runs.merge(own.rename(columns={"makespan_s": "baseline_s"}), on=[*SETTING, "block"], how="left")
    share = pd.concat([runs["workers"], runs["block"].map(capacity)], axis=1).min(axis=1, skipna=False)
    waiting_s = runs["held_s"] / in_flight_limit(campaign, runs)
    return runs.assign(ideal_s=waiting_s.where(runs["origin"].notna(), runs["baseline_s"] / share))


def summary_row(campaign: Campaign, runs: pd.DataFrame, of_experiment: list[Finding]) -> SummaryRow:
    """One point's row from all its runs; ``of_experiment`` is what its experiment as a whole is warned of."""
    ok = runs[runs["status"] == "ok"]
    makespans = ok["makespan_s"]
    median = median_interval(list(makespans))
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
        ideal_s=known(ok["ideal_s"].median()),
        nodes=ok["node"].nunique(),
        node_effect=node_effect(ok),
        warnings=titles([*of_experiment, *point_findings(runs)]),
    )


def node_effect(ok: pd.DataFrame) -> float | None:
    """The slowest node's median makespan ÷ the fastest one's; None unless there are several."""
    medians = ok.groupby("node")["makespan_s"].median()
    return float(medians.max() / medians.min()) if len(medians) > 1 else None


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
