"""What the Snakefile asks of the plan: which runs there are, which files each of them rests on, which figures to draw."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import plugins
from campaign import Campaign
from claims import read_claims
from config_file import ConfigError
from environment import UnlikeEnvironment, enter_session, environment_now
from locks import Held, hold_campaign, hold_machine
from machine import processors
from plan import ProbeRun, Run, plan, probe_plan
from record_paths import digest, probe_path, record_path

# What the scripts that make tables and figures import: an edit of these makes them anew.
READERS = (
    *("campaign", "config_file", "diagnosis", "estimates", "intervals", "number_format", "plan", "record_paths"),
    *("run_record", "table_arguments", "tables", "verdicts", "warning_kinds"),
)
MODULES = [f"scripts/{name}.py" for name in READERS]
FIGURES = [name for name in plugins.names("figures") if name != "style"]


def campaign_or_exit(config: Mapping[str, Any], files: Sequence[str | Path]) -> Campaign:
    """The campaign of Snakemake's config, or the end of Snakemake with all that is wrong with it."""
    names = [os.path.relpath(file) if Path(file).resolve().is_relative_to(Path.cwd()) else str(file) for file in files]
    try:
        campaign = Campaign.from_config(config, " + ".join(names))
        if campaign.claims:
            read_claims(Path(campaign.claims), campaign, processors())
        return campaign
    except ConfigError as error:
        sys.exit(str(error))


def begin(campaign: Campaign, runs: Mapping[str, Run], session: str) -> list[IO[str] | None]:
    """What a session begins with: the campaign's lock and, if a record is missing, the machine's, and the environment.

    Ends Snakemake if another one has the campaign, or if what is to be measured couldn't be compared with what has been.
    """
    folder = Path("results") / campaign.name
    try:
        held: list[IO[str] | None] = [hold_campaign(folder)]
        records = [*(f"runs/{path}.json" for path in runs), *(f"probes/{path}.json" for path in probes(campaign))]
        if not all((folder / record).exists() for record in records):
            held.append(hold_machine())
            enter_session(folder / "environment.json", campaign.name, environment_now(session, campaign.interpreters))
    except (Held, UnlikeEnvironment, OSError) as error:
        sys.exit(str(error))
    return held


def print_conclusion(campaign: Campaign) -> None:
    """What a campaign ends with on the console."""
    path, runs = (Path("results") / campaign.name / name for name in ("conclusion.txt", "runs.csv"))
    if path.exists() and runs.exists() and path.stat().st_mtime >= runs.stat().st_mtime:  # else it is of an earlier invocation
        print(f"\n{path.read_text(encoding='utf-8')}", file=sys.stderr)
    claims = path.with_name("claims.md")
    if campaign.claims and claims.exists():
        print(f"{claims.read_text(encoding='utf-8').splitlines()[2]} See {claims}.\n", file=sys.stderr)


def new_session() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def runs(campaign: Campaign) -> dict[str, Run]:
    """All planned runs by the paths of their records, which are wildcards in the Snakefile."""
    return {record_path(campaign, run): run for run in plan(campaign)}


def figures(campaign: Campaign) -> list[str]:
    """A headline for each experiment, and a worker sweep where a contender has several numbers of workers."""
    drawn = [f"headline-{name}" for name in campaign.experiments]
    drawn += [f"workers-{name}" for name, experiment in campaign.experiments.items() if experiment.sweeps_workers]
    return [f"results/{campaign.name}/figures/{name}.{kind}" for name in drawn for kind in ("png", "svg")]


def probes(campaign: Campaign) -> dict[str, ProbeRun]:
    """All planned probes by the paths of their records."""
    return {probe_path(probe): probe for probe in probe_plan(campaign)}


def blocks(runs: Mapping[str, Run]) -> dict[int, str]:
    """For each block the name of the file that says it has been measured: another one for other runs."""
    paths: dict[int, list[str]] = {}
    for path, run in runs.items():
        paths.setdefault(run.block, []).append(path)
    return {block: f"{block}-{digest(path.encode() for path in sorted(own))}" for block, own in paths.items()}


def block_before(campaign: Campaign, blocks: Mapping[int, str], block: int, record: str) -> list[str]:
    """The marker of the block before this one; none for the first, and none for a record that is there already."""
    folder = Path("results") / campaign.name
    if block == 1 or (folder / f"{record}.json").exists():
        return []
    return [f"{folder}/blocks/{blocks[block - 1]}.measured"]
