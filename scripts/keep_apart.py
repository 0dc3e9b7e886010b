"""Make a campaign of each node's blocks, so that unlike nodes of a cluster have tables, figures and a report of their own.

What has been measured is copied, not moved, to ``results/<campaign>-<node>/``; nothing is measured again.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from campaign import Campaign
from environment import read_sessions
from measure_block import records
from probe_record import ProbeRecord
from whole_file import write_whole

NO_LETTER = re.compile("[^a-z0-9_-]+")  # of a campaign's name


def node_of(campaign: Campaign, folder: Path, block: int) -> str | None:
    """The node that measured a block, as the probe of its parallel capacity says; None if it hasn't been measured."""
    _, (capacity, *_) = records(campaign, folder, block)
    return ProbeRecord.read(capacity).node if capacity.exists() else None


def keep_apart(folder: Path) -> Iterator[Path]:
    """The folders of the campaigns that are made; of one with the same name its records are replaced.

    Raises SystemExit where there is no campaign, and ValueError where a record can't be read.
    """
    if not (folder / "config.json").exists():
        raise SystemExit(f"{folder}: no campaign has been measured there")
    campaign = Campaign.read(folder / "config.json")
    blocks: dict[str, list[int]] = {}
    for block in campaign.blocks:
        node = node_of(campaign, folder, block)
        if node:
            blocks.setdefault(node, []).append(block)
    for node, own in blocks.items():
        apart = folder.with_name(f"{folder.name}-{NO_LETTER.sub('-', node.lower())}"[:40])
        for block in own:
            for path in (path for kind in records(campaign, folder, block) for path in kind if path.exists()):
                copy = apart / path.relative_to(folder)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, copy)
        sessions = [asdict(one) for one in read_sessions(folder / "environment.json") if one.machine == node]
        write_whole(apart / "environment.json", json.dumps({"sessions": sessions}, indent=1) + "\n")
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        write_whole(apart / "config.json", json.dumps({**config, "campaign": apart.name, "blocks": own}, indent=2) + "\n")
        yield apart


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the campaign's folder, such as results/sweep")
    arguments = parser.parse_args()
    try:
        made = list(keep_apart(arguments.folder))
    except ValueError as error:
        sys.exit(str(error))
    print("Now each of these makes tables, figures and report of a node, from what it has measured:")
    for apart in made:
        print(f"  snakemake --cores all --configfile {apart}/config.json")


if __name__ == "__main__":
    main()
