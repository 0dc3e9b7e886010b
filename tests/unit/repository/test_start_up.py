"""Test that the processes of every run start quickly: no large package is imported, and nothing that they can spare."""

from __future__ import annotations

import subprocess
import sys

import pytest

from concbench.common.paths import SCRIPTS

LARGE = {"pandas", "numpy", "scipy", "matplotlib", "snakemake", "jsonschema", "msgspec"}
# Each takes 1 to 3 ms of every run. ``interpreters`` makes environments, ``campaign`` reads configs.
SPARED_BY_THE_RUNNER = {
    "hashlib", "packaging", "platform", "statistics", "uuid", "yaml",
    "concbench.campaign", "concbench.environment.interpreters", "concbench.environment.locks",
}  # fmt: skip
# What only the runner needs: the form of records, and drawing delays.
SPARED_BY_THE_SERVER = {"concbench.records.run_record", "concbench.records.server_profile", "concbench.runner"}
LOADED = """
import sys
sys.path.insert(0, {scripts!r})
before = set(sys.modules)
import {module}
print(*sys.modules.keys() - before)
"""
FOR_EACH_RUN = ("measure_run", "measure_probe", "concbench.server.server", "concbench.measured.measured_run")


def loaded(module: str) -> set[str]:
    """Return the modules that importing a module loads."""
    code = LOADED.format(scripts=str(SCRIPTS), module=module)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", FOR_EACH_RUN)
def test_what_runs_for_each_run_loads_no_large_package(module: str) -> None:
    assert not loaded(module) & LARGE


def test_the_runner_loads_only_what_a_run_needs() -> None:
    modules = loaded("measure_run")
    assert "concbench.runner.run" in modules
    assert not modules & SPARED_BY_THE_RUNNER


def test_the_server_loads_nothing_of_the_runners() -> None:
    modules = loaded("concbench.server.server")
    assert "concbench.server.messages" in modules
    assert not modules & SPARED_BY_THE_SERVER


def test_the_snakefile_loads_no_large_package_of_its_own() -> None:
    assert not loaded("concbench.workflow.invocation") & {"pandas", "numpy", "scipy", "matplotlib"}
