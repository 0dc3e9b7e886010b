"""Files depend on each other as their imports say, and each rule lists the files that its command depends on."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from concbench.campaign.sources import closure, dependencies, files_of, imported_by
from concbench.common.paths import ROOT, SCRIPTS

FILES = sorted(path for path in SCRIPTS.rglob("*.py") if "sys_path" not in path.parts)
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


def by_syntax_tree(path: Path) -> set[Path]:
    """A file's imports, read in the slow way."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {file for module in modules for file in files_of(module)}


def test_imports_are_those_of_the_syntax_tree() -> None:
    assert len(FILES) > 150
    assert {path for path in FILES if by_syntax_tree(path) - dependencies(path)} == set()
    named = {SCRIPTS / "concbench/report/page.py", SCRIPTS / "probes/code_size.py"}  # which have READS
    assert {path for path in FILES if dependencies(path) - by_syntax_tree(path)} == named


def test_a_closure_is_complete() -> None:
    files = set(closure([SCRIPTS / "write_report.py"]))
    assert files == {one for file in files for one in ({file} | (dependencies(file) if file.suffix == ".py" else set()))}
    assert SCRIPTS / "concbench/report/templates/style.css" in files


@pytest.fixture(scope="module")
def inputs() -> dict[str, list[str]]:
    """The inputs of every rule that are no functions, as Snakemake has them."""
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
    assert len(commands) == 14
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
