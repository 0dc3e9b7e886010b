"""Collect the records of a campaign's runs into runs.csv, a row for each planned run, none missing."""

from __future__ import annotations

import argparse
from pathlib import Path

from concbench.analysis.runs import collect
from concbench.campaign.reader import read_campaign
from concbench.records.rows import RunRow
from concbench.records.tables import write_table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, type=Path, help="the campaign's config, as JSON")
    parser.add_argument("--records", required=True, type=Path, help="the folder of records")
    parser.add_argument("--table", required=True, type=Path, help="file to write: runs.csv")
    arguments = parser.parse_args()
    campaign = read_campaign(arguments.config)
    write_table(arguments.table, RunRow, collect(campaign, arguments.records))


if __name__ == "__main__":
    main()
