"""What the Snakefile asks of the plan: which runs there are, which files each of them rests on, which figures to draw."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import plugins
from campaign import Campaign
from config_file import ConfigError
from plan import Run, contender_of, plan
from plan import spec as plan_spec

FIGURES = [name for name in plugins.names("figures") if name != "style"]
RunKey = tuple[str, str]  # the wildcards of a run: point and block

# A run is measured again when one of the files it rests on is edited; what only writes or reads records isn't among them.
HARNESS = [f"scripts/{name}.py" for name in ("machine", "measure", "process_pipe", "subject", "subject_environment", "timing", "usage")]
ORIGIN = [f"scripts/{name}.py" for name in ("certificate", "deadlines", "origin", "origin_log", "origin_profile", "page")]


def campaign_or_exit(config: Mapping[str, Any], files: Sequence[str | Path]) -> Campaign:
    """The campaign of Snakemake's config, or the end of Snakemake with all that is wrong with it."""
    names = [os.path.relpath(file) if Path(file).resolve().is_relative_to(Path.cwd()) else str(file) for file in files]
    try:
        return Campaign.from_config(config, " + ".join(names))
    except ConfigError as error:
        sys.exit(str(error))


def new_session() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def runs(campaign: Campaign) -> dict[RunKey, Run]:
    return {(run.point.name, str(run.block)): run for run in plan(campaign)}


def sources(campaign: Campaign, run: Run) -> list[str]:
    """The files of the run's own model, workload, client and origin."""
    contender, workload = contender_of(campaign, run.point), campaign.experiments[run.point.experiment].workload
    client = [f"scripts/clients/{contender.client}.py"] if contender.client else []
    origin = ORIGIN if run.point.origin else []
    return [f"scripts/models/{contender.model}.py", f"scripts/workloads/{workload}.py", *client, *origin]


def figures(campaign: Campaign) -> list[str]:
    """A headline for each experiment, and a worker sweep where a contender has several numbers of workers."""
    drawn = [f"headline-{name}" for name in campaign.experiments]
    drawn += [f"workers-{name}" for name, experiment in campaign.experiments.items() if experiment.sweeps_workers]
    return [f"results/{campaign.name}/figures/{name}.{kind}" for name in drawn for kind in ("png", "svg")]


def block_before(campaign: Campaign, block: str) -> list[str]:
    """The marker of the block before this one; none for the first."""
    before = int(block) - 1
    return [f"results/{campaign.name}/blocks/{before}.measured"] if before else []


def spec(campaign: Campaign, run: Run) -> str:
    """The run's parameter; where it changes, the run is measured again."""
    return plan_spec(campaign, run).to_json()
