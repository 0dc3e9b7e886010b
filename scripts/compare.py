"""Compare every point with its experiment's baseline: runs.csv and summary.csv in, comparisons.csv out."""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from campaign import Campaign
from tables import POINT_COLUMNS, SETTING, ComparisonRow, RunRow, SummaryRow, known, read_table, write_table


def baseline_of(point: pd.Series, baseline: str, summary: pd.DataFrame) -> pd.Series | None:
    """The baseline's row in the setting of ``point``; of several numbers of workers, the first that the config names."""
    same = summary[summary["contender"] == baseline]
    for name in SETTING:
        same = same[(same[name] == point[name]) | (same[name].isna() & pd.isna(point[name]))]
    return same.iloc[0] if len(same) else None


def ratios(runs: pd.DataFrame, baseline: str, point: str) -> pd.Series:
    """Baseline ÷ point, for each block in which both have a run that counts."""
    ok = runs[runs["status"] == "ok"]
    by_block = [ok[ok["point"] == name].set_index("block")["makespan_s"] for name in (baseline, point)]
    return (by_block[0] / by_block[1]).dropna()


def comparison(point: pd.Series, baseline: pd.Series, runs: pd.DataFrame) -> ComparisonRow:
    paired = ratios(runs, baseline["point"], point["point"])
    return ComparisonRow(
        **{name: known(point[name]) for name in POINT_COLUMNS},
        workers=known(point["workers"]),
        baseline=baseline["contender"],
        blocks=len(paired),
        speedup=known(paired.median()),
        best_of_n_speedup=known(baseline["best_of_n_s"] / point["best_of_n_s"]),
    )


def compare(campaign: Campaign, runs: pd.DataFrame, summary: pd.DataFrame) -> list[ComparisonRow]:
    """A row for each point, in the order of the summary."""
    rows = []
    for _, point in summary.iterrows():
        baseline = baseline_of(point, campaign.experiments[point["experiment"]].baseline, summary)
        if baseline is not None:
            rows.append(comparison(point, baseline, runs))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, type=Path, help="the campaign's config, as JSON")
    parser.add_argument("--runs", required=True, type=Path, help="runs.csv")
    parser.add_argument("--summary", required=True, type=Path, help="summary.csv")
    parser.add_argument("--table", required=True, type=Path, help="file to write: comparisons.csv")
    arguments = parser.parse_args()
    runs, summary = read_table(arguments.runs, RunRow), read_table(arguments.summary, SummaryRow)
    write_table(arguments.table, ComparisonRow, compare(Campaign.read(arguments.config), runs, summary))


if __name__ == "__main__":
    main()
