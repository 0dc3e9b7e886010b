"""Test that processes of every run start quickly: they import none of the large packages for tables and figures."""

from __future__ import annotations

import subprocess
import sys

import pytest

from concbench.common.paths import SCRIPTS

LARGE = {"pandas", "numpy", "scipy", "matplotlib", "snakemake", "jsonschema", "msgspec"}
LOADED = """
import sys
sys.path.insert(0, {scripts!r})
import {module}
print(*{{name.partition(".")[0] for name in sys.modules}})
"""
FOR_EACH_RUN = ("measure_run", "measure_probe", "concbench.server.server", "concbench.measured.measured_run")


def packages(module: str) -> set[str]:
    """Return the packages that importing a module loads."""
    code = LOADED.format(scripts=str(SCRIPTS), module=module)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module", ["measure_run", "measure_probe", "concbench.server.server", "concbench.measured.measured_run"]
)
def test_what_runs_for_each_run_loads_no_large_package(module: str) -> None:
    assert packages(module) & LARGE == set()


def test_the_snakefile_loads_no_large_package_of_its_own() -> None:
    assert packages("concbench.workflow.invocation") & {"pandas", "numpy", "scipy", "matplotlib"} == set()
