"""Collect the records of a campaign's probes into probes.csv, a row for each figure."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from concbench.analysis.probes import probe_rows
from concbench.campaign.reader import read_campaign
from concbench.records.rows import ProbeRow
from concbench.records.tables import write_table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, type=Path, help="the campaign's config, as JSON")
    parser.add_argument("--records", required=True, type=Path, help="the folder of records")
    parser.add_argument("--table", required=True, type=Path, help="file to write: probes.csv")
    arguments = parser.parse_args()
    try:
        write_table(arguments.table, ProbeRow, probe_rows(read_campaign(arguments.config), arguments.records))
    except ValueError as error:
        sys.exit(f"{error}: move it away, and the same command measures that probe again")


if __name__ == "__main__":
    main()
