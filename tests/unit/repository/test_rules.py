"""Test that each rule lists the files that its command depends on."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from concbench.campaign.sources import imported_by
from concbench.common.paths import ROOT, SCRIPTS

INPUTS = """
import json
from pathlib import Path
from snakemake.api import ConfigSettings, OutputSettings, ResourceSettings, SnakemakeApi
with SnakemakeApi(OutputSettings()) as api:
    made = api.workflow(
        resource_settings=ResourceSettings(cores=1),
        config_settings=ConfigSettings(configfiles=[Path("config/verdicts.yaml")]),
        snakefile=Path("Snakefile"),
    )._workflow
    print(json.dumps({rule.name: [str(one) for one in rule.input if isinstance(one, str)] for rule in made.rules}))
"""


@pytest.fixture(scope="module")
def inputs() -> dict[str, list[str]]:
    """Return every rule's inputs that aren't functions, as Snakemake reads them."""
    command = [sys.executable, "-c", INPUTS]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_every_rule_that_makes_a_table_or_a_text_lists_what_its_command_imports(inputs: dict[str, list[str]]) -> None:
    commands = [
        name for name in inputs if name.startswith(("collect", "summarize", "compare", "fit", "find", "judge", "write"))
    ]
    commands.remove("write_config")
    assert len(commands) == 15
    for name in commands:
        code = {path for path in inputs[name] if path.startswith("scripts/")}
        assert code == set(imported_by(f"scripts/{name}.py")), name


def test_figures_list_what_they_are_drawn_with(inputs: dict[str, list[str]]) -> None:
    code = {path for path in inputs["draw_figures"] if path.startswith("scripts/")}
    together = ("closeup", "headline", "resources", "timing")
    assert code == set(imported_by("scripts/draw_figures.py", *(f"scripts/figures/{name}.py" for name in together)))


def test_every_command_of_a_rule_has_its_name(inputs: dict[str, list[str]]) -> None:
    without = {"all", "tables", "figures", "write_config", "mark_block", "draw_figure", "draw_campaign_figure"}
    assert {name for name in inputs if not (SCRIPTS / f"{name}.py").exists()} == without
