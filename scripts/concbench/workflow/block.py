"""Measure one block of a campaign on this node, all of it here and in one invocation; run by a cluster's job.

What an attempt before this one has left, on a node that was lost or in a job that was ended, is set aside: a block is
measured as a whole, unless it has been whole before and configurations have been added since. Then the pipeline is
started anew for this block alone, as on any machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from concbench.campaign.blocks import forget_blocks, invocation_and_node, settled_records
from concbench.campaign.campaign_reader import read_campaign
from concbench.common.variables import BLOCK_VARIABLE, HAND_OUT_VARIABLE, PROFILE_VARIABLE
from concbench.environment.node import node_name
from concbench.measured.children import keep_accounts
from concbench.measured.machine import cpus
from concbench.workflow.graph import Graph


def is_torn(records: Sequence[Path]) -> bool:
    """Whether there are some of a block's records, but not all."""
    return 0 < sum(record.exists() for record in records) < len(records)


def set_aside(records: Sequence[Path]) -> None:
    """Give the records that are there another name."""
    for record in records:
        if record.exists():
            record.replace(record.with_suffix(".torn"))


def need_cpus() -> None:
    """Ends this process if the job may use but a small part of its node, which would then be measured as if it were all."""
    ours, there = cpus(), os.cpu_count() or 1
    if 2 * ours < there:  # a node may have its threads two to a core, and leave one of them idle
        sys.exit(
            f"{node_name()} has {there} CPUs, and this job may use {ours} of them: set cpus_per_task: {there}"
            " under default-resources in profiles/slurm/config.yaml"
        )


def pipeline(config: Path, block: int, marker: str) -> int:
    """Begin the pipeline for this block, here, whatever profile hands blocks out; its exit status."""
    environment = {name: value for name, value in os.environ.items() if name not in (HAND_OUT_VARIABLE, PROFILE_VARIABLE)}
    environment[BLOCK_VARIABLE] = str(block)
    keep_accounts()
    command = [sys.executable, "-m", "snakemake", "--cores", "all", "--executor", "local", marker, "--configfile", str(config)]
    return subprocess.run(command, env=environment, check=False).returncode


def measure_block(config: Path, block: int, marker: str) -> int:
    """Measure the missing runs of a block; return the pipeline's exit status.

    Raises SystemExit where the block came to be of several invocations.
    """
    campaign, folder = read_campaign(config), config.parent
    planned = Graph(campaign, folder).records[block]
    settled = settled_records(folder, block, planned)
    lately = [folder / record for record in planned if record not in settled]
    if is_torn(lately):
        set_aside(lately)
        print(f"block {block}: what an attempt before has left is set aside, as .torn", file=sys.stderr, flush=True)
    status = pipeline(config, block, marker)
    if status == 0 and len(found := {invocation_and_node(record) for record in lately}) > 1:
        set_aside(lately)
        forget_blocks(folder, [block])
        sys.exit(f"block {block} is of {len(found)} invocations, {sorted(map(str, found))}: it is measured again as a whole")
    return status
