"""Measure one block of a campaign on this node, in one invocation. A cluster's job runs this.

Records that an earlier attempt left, after a lost node or a killed job, are set aside: a block is measured as a whole,
unless it was complete before and configurations have been added since. Then the pipeline starts for this block alone, as on
any machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from concbench.campaign.blocks import forget_blocks, invocation_and_node, settled_records
from concbench.campaign.campaign_reader import campaign_or_exit
from concbench.common.variables import BLOCK_VARIABLE, HAND_OUT_VARIABLE, PROFILE_VARIABLE
from concbench.environment.node import node_name
from concbench.measured.children import keep_accounts
from concbench.measured.machine import cpus
from concbench.runner.subreaper import killed_with
from concbench.workflow.graph import Graph


def is_torn(records: Sequence[Path]) -> bool:
    """Check whether some of a block's records exist, but not all."""
    return 0 < sum(record.exists() for record in records) < len(records)


def origin_of(record: Path) -> tuple[str | None, str | None]:
    """Return invocation and node of a record; a damaged one has an origin of its own."""
    try:
        return invocation_and_node(record)
    except ValueError:
        return str(record), None


def set_aside(records: Sequence[Path]) -> None:
    """Rename the records that exist."""
    for record in records:
        if record.exists():
            record.replace(record.with_suffix(".torn"))


def need_cpus() -> None:
    """Exit if the job may use only a small part of its node, which would be measured as if it were all of it."""
    ours, there = cpus(), os.cpu_count() or 1
    if 2 * ours < there:  # a job may get one of the two threads of each core
        sys.exit(
            f"{node_name()}: this job may use only {ours} of {there} CPUs. Set cpus_per_task: {there}"
            " under default-resources in profiles/slurm/config.yaml."
        )


def pipeline(config: Path, block: int, marker: str) -> int:
    """Run the pipeline for this block, here, even if the profile hands blocks out; return its exit status."""
    environment = {name: value for name, value in os.environ.items() if name not in (HAND_OUT_VARIABLE, PROFILE_VARIABLE)}
    environment[BLOCK_VARIABLE] = str(block)
    keep_accounts()
    command = [sys.executable, "-m", "snakemake", "--cores", "all", "--executor", "local", marker, "--configfile", str(config)]
    begin = killed_with(os.getpid())  # or it would go on without its job, and keep the machine's lock forever
    return subprocess.run(command, env=environment, check=False, preexec_fn=begin).returncode


def measure_block(config: Path, block: int, marker: str) -> int:
    """Measure the missing runs of a block; return the pipeline's exit status.

    Raise SystemExit if several invocations measured parts of the block.
    """
    campaign, folder = campaign_or_exit(config), config.parent
    planned = Graph(campaign, folder).records[block]
    settled = settled_records(folder, block, planned)
    lately = [folder / record for record in planned if record not in settled]
    if is_torn(lately):
        set_aside(lately)
        print(f"block {block}: records of an earlier attempt are set aside, as .torn", file=sys.stderr, flush=True)
    status = pipeline(config, block, marker)
    if status == 0 and len(found := {origin_of(record) for record in lately}) > 1:
        set_aside(lately)
        forget_blocks(folder, [block])
        sys.exit(f"block {block}: {len(found)} invocations measured parts of it. It will be measured again as a whole.")
    return status
