"""compare_campaigns.py as CI runs it: 1 says that something is slower, and nothing else ends with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

import pytest
from support.two_campaigns import STEADY, results, times

from compare_campaigns import NOT_COMPARED
from concbench.analysis.changes import FINE, REGRESSED
from concbench.common.paths import SCRIPTS

COMMAND = str(SCRIPTS / "compare_campaigns.py")


@pytest.fixture(scope="module")
def campaigns(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A campaign, and one whose threads are slower."""
    folder = tmp_path_factory.mktemp("campaigns")
    return [str(results(folder / "before", STEADY).folder), str(results(folder / "after", times(1.5)).folder)]


def compared(
    folders: list[str], *before: str, variables: Mapping[str, str] | None = None, shell: str = ""
) -> subprocess.CompletedProcess[str]:
    """Compare in a process of its own; ``shell`` says where its output goes."""
    command = ["sh", "-c", f'exec "$@" {shell}', "sh", sys.executable, *before, COMMAND, *folders]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **(variables or {})}
    )


def test_what_is_slower_ends_with_1(campaigns: list[str]) -> None:
    done = compared(campaigns)
    assert done.returncode == REGRESSED
    assert done.stdout.endswith("Regressed. Of 2 configurations: 1 slower, 1 same.\n")


def test_an_environment_without_the_packages_does_not(campaigns: list[str]) -> None:
    done = compared(campaigns, "-S", "-E")
    assert done.returncode == NOT_COMPARED
    assert "Activate the environment first" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_is_not_there_does_not_whatever_python_adds_to_its_path(campaigns: list[str]) -> None:
    done = compared([campaigns[0], "no-such-folder"], variables={"PYTHONSAFEPATH": "1"})
    assert done.returncode == NOT_COMPARED
    assert done.stderr.startswith("no-such-folder: there is no config.json")


@pytest.mark.parametrize("shell", ["> /dev/full", "> /dev/full 2> /dev/full"])
def test_output_that_cannot_be_written_does_not(campaigns: list[str], shell: str) -> None:
    assert compared(campaigns, shell=shell).returncode == NOT_COMPARED


def test_output_that_nobody_reads_does_not(campaigns: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        command = [sys.executable, COMMAND, *campaigns]
        done = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (NOT_COMPARED, b"")


def test_an_encoding_without_our_signs_loses_signs_alone(campaigns: list[str]) -> None:
    same = [campaigns[0], campaigns[0]]
    done = compared(same, variables={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == FINE
    assert "Fine: nothing is slower." in done.stdout
