"""Where the record of a run or a probe is.

A point's records are in a folder named for a digest of all that its timing rests on: what was asked for and the source
of everything that takes part. An edit thus gives the point a new folder, and its runs are measured anew, all of them
and no others; taken back, the edit gives the old records back. Snakemake's own triggers can't do that here: a run waits
for the block before it, and where a job has changed, Snakemake doesn't look for changes in the jobs that wait for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import probe_record
import run_record
from campaign import Campaign
from plan import ProbeRun, Run, contender_of, spec
from plugins import plugin

SCRIPTS = Path(__file__).parent
HARNESS = (
    *("child_reaper", "interpreter_state", "keeper", "machine", "measure", "process_pipe", "subject", "subject_environment"),
    *("timing", "usage", "workloads/__init__"),
)
PROBES = ("machine", "probe_subject", "probes/__init__")
ORIGIN = ("deadlines", "gates", "origin", "origin_log", "origin_profile", "page")


@cache
def source(name: str) -> bytes:
    return (SCRIPTS / f"{name}.py").read_bytes()


def sources(campaign: Campaign, run: Run) -> Iterable[str]:
    """The modules that take part in a run, apart from what only reads the plan and writes the record."""
    contender = contender_of(campaign, run.point)
    yield from HARNESS
    plugged = [("models", contender.model), ("workloads", campaign.experiments[run.point.experiment].workload)]
    for kind, name in plugged:
        yield f"{kind}/{name}"
        yield from plugin(kind, name).rests_on
    if contender.client:
        yield f"clients/{contender.client}"
    if run.point.origin:
        yield from ORIGIN


def digest(parts: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:12]


def record_path(campaign: Campaign, run: Run) -> str:
    """The path of a run's record in the campaign's folder of records, without its ending."""
    asked = replace(spec(campaign, run), block=0)  # the same for all blocks of a point
    own = [own_source(asked.workload_options["file"])] if "file" in asked.workload_options else []
    parts = [str(run_record.VERSION).encode(), asked.to_json().encode(), *map(source, sources(campaign, run)), *own]
    return f"{run.point.name}/{digest(parts)}/block-{run.block}"


@cache
def own_source(file: str) -> bytes:
    """A file of the user's own, from the folder of the Snakefile."""
    return (SCRIPTS.parent / file).read_bytes()


def probe_path(probe: ProbeRun) -> str:
    """The path of a probe's record in the campaign's folder of probes, without its ending."""
    modules = (*PROBES, f"probes/{probe.probe}", *plugin("probes", probe.probe).rests_on)
    folder = digest([str(probe_record.VERSION).encode(), probe.command.encode(), *map(source, modules)])
    return f"{probe.probe}/{probe.interpreter or 'machine'}/{folder}/block-{probe.block}"
