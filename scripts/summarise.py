"""Summarise runs.csv into summary.csv: best-of-N, median and spread of each point."""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from campaign import Campaign
from estimates import best_of
from intervals import median_interval
from plan import points
from tables import POINT_COLUMNS, RunRow, SummaryRow, known, read_table, write_table


def in_flight_limit(campaign: Campaign, runs: pd.DataFrame) -> pd.Series[float]:
    """For each run the requests that can be under way at once: its workers, as far as items and slots go."""
    slots = {name: profile.slots or float("inf") for name, profile in campaign.origins.items()}
    return pd.concat([runs["workers"], runs["size"], runs["origin"].map(slots)], axis=1).min(axis=1)


def summary_row(campaign: Campaign, runs: pd.DataFrame) -> SummaryRow:
    """One point's row from all its runs."""
    ok = runs[runs["status"] == "ok"]
    makespans = ok["makespan_s"]
    ideal_s = (ok["held_s"] / in_flight_limit(campaign, ok)).median()
    median = median_interval(list(makespans))
    first = runs.iloc[0]
    return SummaryRow(
        **{name: known(first[name]) for name in POINT_COLUMNS},
        workers=known(runs["workers"].max()),
        planned=len(runs),
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
        ideal_s=known(ideal_s),
    )


def summarise(campaign: Campaign, runs: pd.DataFrame) -> list[SummaryRow]:
    """A row for each point, in the order in which the config names them."""
    place = {name: number for number, name in enumerate(point.name for point in points(campaign))}
    by_point = [of_point for _, of_point in runs.groupby("point", sort=False)]
    by_point.sort(key=lambda of_point: place[of_point["point"].iloc[0]])
    return [summary_row(campaign, of_point) for of_point in by_point]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, type=Path, help="the campaign's config, as JSON")
    parser.add_argument("--runs", required=True, type=Path, help="runs.csv")
    parser.add_argument("--table", required=True, type=Path, help="file to write: summary.csv")
    arguments = parser.parse_args()
    campaign = Campaign.read(arguments.config)
    write_table(arguments.table, SummaryRow, summarise(campaign, read_table(arguments.runs, RunRow)))


if __name__ == "__main__":
    main()
