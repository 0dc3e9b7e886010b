"""What whole-pipeline tests share: the project in a folder of its own, and a campaign that is measured in seconds."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
NEEDED = ("Snakefile", "environment.yml", "scripts", "config", "profiles", "examples", "requirements")


class Pipeline:
    """A checkout, and the command line by which it is used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def results(self) -> Path:
        """The folder of the tiny campaign's results."""
        return self.folder / "results" / "tiny"

    def write_config(self, config: Mapping[str, Any], name: str = "tiny.yaml") -> str:
        """Write a config file; its path, as the command line takes it. ``config.yaml`` is the default campaign's."""
        path = Path("config") / name
        (self.folder / path).write_text(yaml.safe_dump(dict(config), sort_keys=False), encoding="utf-8")
        return str(path)

    def run(self, *arguments: str, under: Sequence[str] = (), timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
        """``snakemake --cores all`` with further arguments, of which the last ``--cores`` holds, started by ``under``."""
        programs = Path(sys.executable).parent
        return subprocess.run(
            [*under, str(programs / "snakemake"), "--cores", "all", *arguments],
            cwd=self.folder,
            env={**os.environ, "PATH": os.pathsep.join([str(programs), os.environ["PATH"]])},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def times(self, pattern: str) -> dict[Path, int]:
        """The files that match, each with the time of its last change, in ns."""
        return {path: path.stat().st_mtime_ns for path in self.folder.glob(pattern) if path.is_file()}

    def records(self) -> dict[Path, int]:
        """The records of all runs measured so far, each with the time of its last change."""
        return self.times("results/*/runs/**/*.json")

    def rows(self, campaign: str = "tiny") -> list[dict[str, str]]:
        """A campaign's runs.csv."""
        with (self.results.parent / campaign / "runs.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def append(self, path: str, text: str) -> None:
        """Edit a file by adding to its end."""
        with (self.folder / path).open("a", encoding="utf-8") as file:
            file.write(text)

    def copy(self, folder: Path) -> Pipeline:
        """The same with all its results, every file as old as it was."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Pipeline(folder)


class Invocation(NamedTuple):
    """A pipeline after a run of the command line, and how that went."""

    pipeline: Pipeline
    finished: subprocess.CompletedProcess[str]


def check_out(folder: Path) -> Pipeline:
    """Copy what the pipeline needs, without anything that it has made."""
    folder.mkdir()
    for name in NEEDED:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(PROJECT / name, folder)
    let_servers_be_late(folder / "scripts" / "gates.py")
    pipeline = Pipeline(folder)
    pipeline.write_config(TINY_CLAIMS, "tiny_claims.yaml")
    return pipeline


def let_servers_be_late(gates: Path) -> None:
    """What else runs beside the tests is no matter to them."""
    limit = re.compile(r"^(LEAST_ERROR_S|ERROR_OF_DELAY|SERVER_CPU) = .*", re.MULTILINE)
    lifted, count = limit.subn(r"\1 = 100", gates.read_text(encoding="utf-8"))
    assert count == 3
    gates.write_text(lifted, encoding="utf-8")


def contenders() -> dict[str, Any]:
    return {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [2]}}


def tiny_campaign() -> dict[str, Any]:
    """Two experiments, four configurations, two blocks."""
    sites = {
        "secure": {"bytes": 1000, "latency_s": 0.05, "tls": True},
        "plain": {"bytes": 100, "latency_s": 0.05},
    }
    io = {"workload": "download", "sizes": [4], "servers": ["near"], "baseline": "sync", "contenders": contenders()}
    cpu = {"workload": "sum_squares", "options": {"first": 1000}, "sizes": [4], "baseline": "sync", "contenders": contenders()}
    return {
        "campaign": "tiny",
        "repetitions": 2,
        "background_cpu_limit": 1,  # what else runs beside the tests is no matter here
        "best_of": 2,
        "timeout_s": 30,
        "servers": {"near": {"sites": sites}},
        "probes": ["code_size"],
        "claims": "config/tiny_claims.yaml",
        "experiments": {"io": io, "cpu": cpu},
    }


TINY_CLAIMS = {
    "claims": [
        {
            "claim": "24",
            "statement": "Threads need extra code.",
            "test": "effect",
            "of": {"probe": "code_size", "metric": "threading_extra_nodes"},
            "at_least": 1,
        },
        {
            "claim": "26",
            "statement": "Threads are slower for sums.",
            "test": "order",
            "least_first": [{"experiment": "cpu", "contender": "sync"}, {"experiment": "cpu", "contender": "threading"}],
        },
    ]
}


@pytest.fixture
def tiny_config() -> dict[str, Any]:
    """The tiny campaign's config, to be changed at will."""
    return tiny_campaign()


@pytest.fixture
def checkout(tmp_path: Path) -> Pipeline:
    """The project as one gets it, nothing measured."""
    return check_out(tmp_path / "checkout")


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Invocation:
    """The tiny campaign in place of the default one, measured once for all tests; not to be changed."""
    pipeline = check_out(tmp_path_factory.mktemp("first_run") / "checkout")
    pipeline.write_config(tiny_campaign(), "config.yaml")
    return Invocation(pipeline, pipeline.run())


@pytest.fixture
def measured(first_run: Invocation, tmp_path: Path) -> Pipeline:
    """A copy of the measured campaign, to be changed at will."""
    assert first_run.finished.returncode == 0, first_run.finished.stderr
    return first_run.pipeline.copy(tmp_path / "measured")
