"""Write warnings.csv: what a reader of the campaign's tables must know, and what to do about it."""

from __future__ import annotations

import argparse
from pathlib import Path

from campaign import Campaign
from diagnosis import findings
from tables import ComparisonRow, RunRow, SummaryRow, WarningRow, read_table, rows_of, write_table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, type=Path, help="the campaign's config, as JSON")
    parser.add_argument("--runs", required=True, type=Path, help="runs.csv")
    parser.add_argument("--summary", required=True, type=Path, help="summary.csv")
    parser.add_argument("--comparisons", required=True, type=Path, help="comparisons.csv")
    parser.add_argument("--table", required=True, type=Path, help="file to write: warnings.csv")
    arguments = parser.parse_args()
    campaign = Campaign.read(arguments.config)
    runs, summary = read_table(arguments.runs, RunRow), read_table(arguments.summary, SummaryRow)
    comparisons = rows_of(read_table(arguments.comparisons, ComparisonRow), ComparisonRow)
    found = findings(campaign, runs, summary, comparisons)
    write_table(arguments.table, WarningRow, [one.row(campaign.name) for one in found])


if __name__ == "__main__":
    main()
