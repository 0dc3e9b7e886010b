"""Test the quick campaign on this machine's interpreters: another CPython, an old one and PyPy, if installed."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from support.pipeline import PROJECT, Pipeline, check_out

TIMEOUT_S = 1800
SAY = "import sys; print(sys.implementation.name, '.'.join(map(str, sys.version_info[:3])))"
OTHERS = [f"python3.{minor}" for minor in (15, 14, 13, 12, 10)]
Rows = list[dict[str, str]]


def places(command: str) -> list[Path]:
    """Return the places of a command: on the path, and among pyenv's versions."""
    on_path = shutil.which(command)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    return [*([Path(on_path)] if on_path else []), *sorted(pyenv.glob(f"*/bin/{command}"))]


def version_of(path: Path) -> str | None:
    """Return ``cpython 3.9.18``, or None if it doesn't answer, like pyenv's stubs without a selected version."""
    done = subprocess.run([str(path), "-c", SAY], capture_output=True, text=True, timeout=30, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def first_found(*commands: str) -> Path | None:
    return next((path for command in commands for path in places(command) if version_of(path)), None)


@pytest.fixture(scope="module")
def interpreters() -> dict[str, str]:
    found = {"other": first_found(*OTHERS), "old": first_found("python3.9"), "pypy": first_found("pypy3")}
    there = {name: str(path) for name, path in found.items() if path}
    assert "pypy" in there or not os.environ.get("CI"), "CI has another interpreter than its own"
    return {"default": sys.executable, **there, "ghost": "no-such-python"}


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory, interpreters: dict[str, str]) -> Pipeline:
    """Return the pipeline after one block of the quick campaign on all of them."""
    made = check_out(tmp_path_factory, tmp_path_factory.mktemp("interpreters") / "checkout")
    quick = yaml.safe_load((PROJECT / "config" / "quick.yaml").read_text(encoding="utf-8"))
    alone = {"repetitions": 1, "best_of": 1, "background_cpu_limit": 1}  # other programs may run during tests
    config = made.write_config({**quick, **alone, "interpreters": interpreters})
    finished = made.run_alone("tables", "results/quick/figures/interpreters.png", "--configfile", config, timeout_s=TIMEOUT_S)
    assert finished.returncode == 0, finished.stderr
    return made


def table(pipeline: Pipeline, name: str) -> Rows:
    with (pipeline.folder / "results" / "quick" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_run_counts_or_says_what_its_interpreter_lacks(pipeline: Pipeline) -> None:
    for row in table(pipeline, "runs"):
        if row["interpreter"] == "ghost":
            assert (row["status"], row["reason"]) == ("skipped", "interpreter not found: no-such-python")
        elif row["status"] != "ok":
            assert row["status"] == "skipped", row
            assert row["interpreter"] != "default"
            assert "No module named" in row["reason"]
            assert "no package for this interpreter" in row["reason"]


def test_each_run_says_which_python_it_was(pipeline: Pipeline, interpreters: dict[str, str]) -> None:
    said = {row["interpreter"]: row["python_version"] for row in table(pipeline, "runs") if row["status"] == "ok"}
    known = {name: version_of(Path(path)) for name, path in interpreters.items() if name != "ghost"}
    assert said == {name: str(version).split()[1] for name, version in known.items()}


def test_sums_are_measured_everywhere_and_compared_with_the_first_interpreter(
    pipeline: Pipeline, interpreters: dict[str, str]
) -> None:
    there = set(interpreters) - {"default", "ghost"}
    compared = {(row["interpreter"], row["contender"]) for row in table(pipeline, "interpreters") if row["speedup"]}
    assert {(name, "sync") for name in there} | {(name, "multiprocessing") for name in there} <= compared
    assert (pipeline.folder / "results" / "quick" / "figures" / "interpreters.png").exists() == bool(len(interpreters) > 1)


def test_what_was_found_is_in_the_environments_record(pipeline: Pipeline, interpreters: dict[str, str]) -> None:
    text = (pipeline.folder / "results" / "quick" / "environment.json").read_text(encoding="utf-8")
    for name in interpreters:
        assert f'"{name}"' in text
