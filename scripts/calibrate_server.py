"""Measure how many requests the test server can answer in a second, and compare that with a campaign's most demanding run.

The load comes from wrk, a client that isn't written in Python (to install it: apt install wrk). Pages are those of each
server profile, but without delays, over connections that stay open and over new ones. Nothing else should use the machine
meanwhile.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from concbench.campaign.campaign_reader import read_campaign
from concbench.campaign.config_file import ConfigError
from concbench.campaign.plan import configurations
from concbench.campaign.titles import configuration_title
from concbench.records.rows import RunRow
from concbench.records.tables import read_table
from concbench.runner.calibration import SECONDS, ceilings, headroom
from concbench.runner.process_pipe import NoAnswer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a measured campaign's folder, such as results/article")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="duration of each load (default: %(default)s)")
    arguments = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed. Install it, for example with apt install wrk, then repeat the command.")
    try:
        campaign = read_campaign(arguments.folder / "config.json")
    except ConfigError as error:
        sys.exit(f"{arguments.folder}: this is not a campaign's folder ({error}).")
    titles = {one.name: configuration_title(campaign, one) for one in configurations(campaign)}
    runs = read_table(arguments.folder / "runs.csv", RunRow)
    with Path(os.devnull).open("wb") as log:
        for name, profile in campaign.servers.items():
            if not profile.under_control:
                print(f"{name}: not loaded, because its addresses are real servers")
                continue
            try:
                found = ceilings(profile, arguments.folder / "certificate" / "server.pem", arguments.seconds, log)
            except (NoAnswer, OSError, ValueError, subprocess.SubprocessError) as error:
                sys.exit(f"{name}: cannot measure this server ({error}).")
            for one in found:
                figures = f"{one.requests_per_s:.0f} requests/s, {one.connections_per_s:.0f} new connections/s"
                print(f"{name}, {one.site}: {figures}")
            print(f"{name}: {headroom(found, runs[runs['server'] == name], titles)}")


if __name__ == "__main__":
    main()
