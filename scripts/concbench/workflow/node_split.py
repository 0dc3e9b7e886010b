"""Make a campaign of each node's blocks, so that unlike nodes of a cluster get tables, figures and a report of their own.

Records are copied to ``results/<campaign>-<node>/``; nothing is measured again. A block that is incomplete, or that several
nodes have measured since configurations were added, is left out and reported.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from hashlib import sha256
from itertools import chain
from pathlib import Path

from concbench.campaign.blocks import invocation_and_node
from concbench.campaign.campaign_reader import campaign_or_exit
from concbench.common.atomic import write_whole
from concbench.environment.surroundings import LONGEST_NAME, known_invocations
from concbench.workflow.graph import Graph

NO_LETTER = re.compile("[^a-z0-9_-]+")  # characters that a campaign's name can't have


class LeftOut(Exception):
    """Report why a block doesn't belong to one node."""


def node_of_block(records: Sequence[Path]) -> str:
    """Return the node that measured all records of a block. Raise LeftOut if there is none, ValueError for a bad record."""
    if not all(record.exists() for record in records):
        raise LeftOut("it is incomplete")
    node, *others = {invocation_and_node(record)[1] for record in records}
    if node is None or others:
        raise LeftOut("several nodes measured it, or an unknown one")
    return node


def name_apart(campaign: str, node: str) -> str:
    """Return the name of the campaign of a node's blocks, ending in a hash if it would be too long or ambiguous."""
    name = f"{campaign}-{NO_LETTER.sub('-', node.lower())}"
    if len(name) <= LONGEST_NAME and name == f"{campaign}-{node}":
        return name
    end = f"-{sha256(node.encode()).hexdigest()[:6]}"
    return name[: LONGEST_NAME - len(end)] + end


def copy(records: Iterable[Path], folder: Path, apart: Path) -> None:
    """Copy records to another campaign's folder."""
    for path in records:
        there = apart / path.relative_to(folder)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, there)


def split_by_node(folder: Path) -> Iterator[Path]:
    """Yield the folders of the campaigns made. Records of an existing campaign with the same name are replaced.

    Raise SystemExit if there is no campaign, or no block of one node; raise ValueError for an unreadable record.
    """
    if not (folder / "config.json").exists():
        raise SystemExit(f"{folder}: this folder contains no campaign (no config.json).")
    campaign = campaign_or_exit(folder / "config.json")
    blocks: dict[str, dict[int, list[Path]]] = {}
    for block, planned in Graph(campaign, folder).records.items():
        records = [folder / record for record in planned]
        try:
            blocks.setdefault(node_of_block(records), {})[block] = records
        except LeftOut as why:
            print(f"Block {block} is left out because {why}.", file=sys.stderr)
    if not blocks:
        raise SystemExit(f"{folder}: no block was measured by one node alone.")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    for node, own in blocks.items():
        apart = folder.with_name(name_apart(campaign.name, node))
        copy(chain.from_iterable(own.values()), folder, apart)
        invocations = [asdict(one) for one in known_invocations(folder / "environment.json") if one.machine == node]
        write_whole(apart / "environment.json", json.dumps({"invocations": invocations}, indent=1) + "\n")
        of_node = {**config, "campaign": apart.name, "blocks": sorted(own)}
        write_whole(apart / "config.json", json.dumps(of_node, indent=2) + "\n")
        yield apart
