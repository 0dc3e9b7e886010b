"""Measure one block of a campaign on this node, all of it here and in one session; run by a cluster's job.

What an attempt before this one has left, on a node that was lost or in a job that was ended, is set aside: a block is
measured as a whole, unless it has been whole before and points have been added since. Then the pipeline is begun anew for
this block alone, as on any machine.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from campaign import Campaign
from locks import hold
from machine import processors
from node import BLOCK_VARIABLE, HAND_OUT_VARIABLE, node_name
from plan import plan, probe_plan
from probe_record import ProbeRecord
from record_paths import forget_blocks, once_whole, probe_path, record_path
from run_record import RunRecord


def records(campaign: Campaign, folder: Path, block: int) -> tuple[list[Path], list[Path]]:
    """The records that the block will have, of runs and of probes."""
    runs = [folder / "runs" / f"{record_path(campaign, run)}.json" for run in plan(campaign) if run.block == block]
    probes = [folder / "probes" / f"{probe_path(probe)}.json" for probe in probe_plan(campaign) if probe.block == block]
    return runs, probes


def is_torn(records: Sequence[Path]) -> bool:
    """Whether there are some of a block's records, but not all."""
    return 0 < sum(record.exists() for record in records) < len(records)


def set_aside(records: Sequence[Path]) -> None:
    """Give the records that are there another name."""
    for record in records:
        if record.exists():
            record.replace(record.with_suffix(".torn"))


def sessions(runs: Sequence[Path], probes: Sequence[Path]) -> set[tuple[str | None, str | None]]:
    """The sessions of a block's records, each with its node; raises ValueError where one can't be read."""
    measured = [RunRecord.read(path).measured for path in runs]
    probed = [ProbeRecord.read(path) for path in probes]
    return {(one.session, one.node) for one in measured} | {(one.session, one.node) for one in probed}


def need_processors() -> None:
    """Ends this process if the job may use but a small part of its node, which would then be measured as if it were all."""
    ours, there = processors(), os.cpu_count() or 1
    if 2 * ours < there:  # a node may have its threads two to a core, and leave one of them idle
        sys.exit(
            f"{node_name()} has {there} processors, and this job may use {ours} of them: set cpus_per_task: {there}"
            " under default-resources in profiles/slurm/config.yaml"
        )


def pipeline(config: Path, block: int, marker: str) -> int:
    """Begin the pipeline for this block; its exit status."""
    environment = {name: value for name, value in os.environ.items() if name != HAND_OUT_VARIABLE}
    environment[BLOCK_VARIABLE] = str(block)
    command = [sys.executable, "-m", "snakemake", "--cores", "all", marker, "--configfile", str(config)]
    return subprocess.run(command, env=environment, check=False).returncode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, type=Path, help="the campaign's config, as JSON, in its folder of results")
    parser.add_argument("--block", required=True, type=int, help="which, counted from 1")
    parser.add_argument("--marker", required=True, help="the file that says that the block has been measured")
    arguments = parser.parse_args()
    block, folder = arguments.block, arguments.config.parent
    need_processors()
    print(f"block {block} on {node_name()}", file=sys.stderr, flush=True)
    (folder / "blocks").mkdir(exist_ok=True)
    runs, probes = records(Campaign.read(arguments.config), folder, block)
    with hold(folder / "blocks" / f"{block}.lock", wait=lambda holder: print(f"waiting for {holder}", file=sys.stderr)):
        was_whole = once_whole(folder, block)
        if not was_whole and is_torn([*runs, *probes]):
            set_aside([*runs, *probes])
            print(f"block {block}: what an attempt before has left is set aside, as .torn", file=sys.stderr, flush=True)
        status = pipeline(arguments.config, block, arguments.marker)
        if status == 0 and not was_whole and len(found := sessions(runs, probes)) > 1:
            set_aside([*runs, *probes])
            forget_blocks(folder, [block])
            sys.exit(f"block {block} is of {len(found)} sessions, {sorted(map(str, found))}: it is measured again as a whole")
    sys.exit(status)


if __name__ == "__main__":
    main()
