"""Test which command ``make own`` runs. Nothing is run."""

from __future__ import annotations

import os
import shlex
import subprocess

import pytest

from concbench.common.paths import ROOT


def make(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run make as a user does, not as part of the make that runs the tests."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON" and not name.startswith("MAKE")}
    environment.update(variables)
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def planned(*arguments: str, **variables: str) -> str:
    """Return the last command that make would run."""
    done = make("--dry-run", *arguments, **variables)
    assert done.returncode == 0, done.stderr
    return " ".join(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (("FILE=work.py",), "'own=work.py'"),
        (("FILE=my work.py", "BUDGET=90s"), "'own=my work.py' 'budget=90s'"),
        (("FILE=pkg.mod:fetch", "PYTHON=/x/bin/python"), "'own=pkg.mod:fetch' 'python=/x/bin/python'"),
    ],
)
def test_variables_become_keys(arguments: tuple[str, ...], keys: str) -> None:
    assert planned("own", *arguments) == f"snakemake --cores all --config {keys}"


@pytest.mark.parametrize("file", ["it's.py", 'a"b.py', "`a`.py"])
def test_any_name_reaches_snakemake_as_it_is(file: str) -> None:
    assert shlex.split(planned("own", f"FILE={file}"))[-1] == f"own={file}"


def test_the_python_to_measure_with_does_not_make_the_environment() -> None:
    asked = ("--always-make", "FILE=work.py", "PYTHON=python3.9")
    assert "'python=python3.9'" in planned("own", *asked)
    assert planned("own", "FILE=work.py", PYTHON="python3.9").endswith("'python=python3.9'")


def test_a_missing_file_is_asked_for() -> None:
    done = make("own")
    assert done.returncode == 2
    assert done.stderr.startswith("Name your file: make own FILE=my_work.py.")
