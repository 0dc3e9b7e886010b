"""Find the record of a run or a micro-benchmark: its folder is named by a fingerprint of all that its timing depends on.

The fingerprint covers the run's specification and the source of everything that takes part, found by following imports. An
edit gives a configuration a new folder, so that its runs are measured again and no others. Undoing the edit brings the old
records back. Snakemake's own triggers can't do that: each run waits for the block before it, and if a job has changed,
Snakemake doesn't look at the jobs behind it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from concbench.campaign.campaign import Campaign
from concbench.campaign.own_file import folders_for
from concbench.campaign.own_sources import own_sources
from concbench.campaign.plan import ProbeRun, Run, contender_of, spec
from concbench.campaign.sources import closure
from concbench.common.paths import SCRIPTS
from concbench.records.record_version import VERSION

PACKAGE = SCRIPTS / "concbench"
VARIABLES = PACKAGE / "environment/measured_environment.py"
RUN = (SCRIPTS / "sys_path/measured-run.py", PACKAGE / "runner/run.py", PACKAGE / "runner/supervisor.py", VARIABLES)
PROBE = (SCRIPTS / "sys_path/measured-probe.py", VARIABLES)
SERVER = (PACKAGE / "server/server.py", PACKAGE / "records/server_profile.py")
APART = tuple(PACKAGE / room for room in ("common", "records", "environment", "server"))  # rooms that times don't depend on


def plugged(kind: str, name: str) -> Path:
    """Return the file of a plug-in."""
    return SCRIPTS / kind / f"{name}.py"


@cache
def sources(*roots: Path, server: bool = False) -> list[Path]:
    """Return the files that take part when ``roots`` do, without those that only read the plan or write the record.

    ``server`` adds those of the test server.
    """
    apart = [room for room in APART if not (server and room.name == "server")]
    roots = (*roots, *SERVER) if server else roots
    return [path for path in closure(roots) if path in roots or not any(path.is_relative_to(room) for room in apart)]


@cache
def source(path: Path) -> bytes:
    """Return the content of a file."""
    return path.read_bytes()


def digest(parts: Iterable[bytes]) -> str:
    """Return a short hash of all parts."""
    return hashlib.sha256(b"".join(map(hashed, parts))).hexdigest()[:12]


@lru_cache(maxsize=1024)  # the same sources take part in all runs
def hashed(part: bytes) -> bytes:
    return hashlib.sha256(part).digest()


def sources_of(campaign: Campaign, run: Run) -> list[Path]:
    """Return the files that take part in a run, with the user's own last."""
    contender = contender_of(campaign, run.configuration)
    roots = [
        *RUN,
        plugged("models", contender.model),
        plugged("workloads", campaign.experiments[run.configuration.experiment].workload),
        *([plugged("clients", contender.client)] if contender.client else []),
    ]
    return [*sources(*roots, server=bool(run.configuration.server)), *own_files(campaign, run)]


def own_files(campaign: Campaign, run: Run) -> tuple[Path, ...]:
    """Return the user's own files that take part in a run; none if it does other work."""
    file = contender_of(campaign, run.configuration).workload_options.get("file")
    return own_sources(file, folders_for(campaign.interpreters[run.configuration.interpreter])) if file else ()


def record_path(campaign: Campaign, run: Run) -> str:
    """Return the path of a run's record in the campaign's folder ``runs``, without its suffix."""
    asked = replace(spec(campaign, run), block=0)  # so that all blocks of a configuration have one folder
    parts = [str(VERSION).encode(), asked.to_json().encode(), *map(source, sources_of(campaign, run))]
    return f"{run.configuration.name}/{digest(parts)}/block-{run.block}"


def probe_path(probe: ProbeRun) -> str:
    """Return the path of a micro-benchmark's record in the campaign's folder ``probes``, without its suffix."""
    files = sources(*PROBE, plugged("probes", probe.probe))
    folder = digest([str(VERSION).encode(), probe.command.encode(), *map(source, files)])
    return f"{probe.probe}/{probe.interpreter or 'machine'}/{folder}/block-{probe.block}"
