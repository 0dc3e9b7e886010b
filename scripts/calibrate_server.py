"""Find out how many requests the server can answer in a second, with a client that isn't Python (wrk), and how much of
that the fastest run of each campaign's server profile asked of it.

Measured with each profile's pages but without its delays, over connections that stay open and over new ones. Nothing else
should use the machine meanwhile. Needs wrk: apt install wrk.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from concbench.campaign.campaign_reader import read_campaign
from concbench.records.rows import RunRow
from concbench.records.tables import read_table
from concbench.runner.calibration import SECONDS, ceilings, headroom


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of a measured campaign, such as results/article")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="how long to load each site, twice (default: %(default)s)")
    arguments = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed; apt install wrk, or your system's like, then again")
    try:
        campaign = read_campaign(arguments.folder / "config.json")
    except (OSError, json.JSONDecodeError) as error:
        sys.exit(f"{arguments.folder} is not the folder of a campaign: {error}")
    runs = read_table(arguments.folder / "runs.csv", RunRow)
    with Path(os.devnull).open("wb") as log:
        for name, profile in campaign.servers.items():
            if not profile.under_control:
                print(f"{name}: real addresses, which are not loaded")
                continue
            found = ceilings(profile, arguments.folder / "certificate" / "server.pem", arguments.seconds, log)
            for one in found:
                figures = f"{one.requests_per_s:.0f} requests/s, {one.connections_per_s:.0f} new connections/s"
                print(f"{name}, {one.site}: {figures}")
            print(f"{name}: {headroom(found, runs[runs['server'] == name])}")


if __name__ == "__main__":
    main()
