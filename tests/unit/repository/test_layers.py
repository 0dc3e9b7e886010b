"""Test what import-linter can't see: nothing imports a command, and measured code imports nothing else of the project."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from concbench.common.paths import ROOT, SCRIPTS

COMMANDS = {path.stem for path in SCRIPTS.glob("*.py")}
MEASURED = ("models", "workloads", "clients", "probes")  # in addition to concbench.measured
LINKS = SCRIPTS / "sys_path"
FILES = sorted(path for path in SCRIPTS.rglob("*.py") if LINKS not in path.parents)
THIRD_PARTY = {
    "aiohttp": {"clients/aiohttp.py", "probes/dead_server.py", "probes/reading_bodies.py"},
    "certifi": {"probes/memory_cost.py", "probes/session_cost.py"},
    "gevent": {"models/gevent.py"},
    "httpx": {"clients/httpx.py", "clients/httpx_async.py"},
    "joblib": {"models/joblib.py"},
    "niquests": {"clients/niquests.py", "clients/niquests_async.py"},
    "numpy": {"workloads/sum_squares.py"},
    "requests": {"clients/requests.py", "clients/requests_get.py", "probes/memory_cost.py", "probes/session_cost.py"},
    "trio": {"models/trio.py"},
    "uvloop": {"models/asyncio_task_group.py"},
}  # the package that each plug-in is for


def imports(path: Path) -> set[str]:
    """Return the dotted names that a file imports, wherever in it; ``from a import b`` may be ``a.b``."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = path.parent.name
            beside = node.level == 1 and package in MEASURED  # plug-ins have another package in the measured process
            assert beside or node.level == 0, f"{path}: line {node.lineno}: a relative import"
            above = [package] * node.level + ([node.module] if node.module else [])
            found.update(".".join([*above, alias.name]) for alias in node.names)
    return found


def name(path: Path) -> str:
    return path.relative_to(SCRIPTS).as_posix()


def test_nothing_imports_a_command() -> None:
    assert not [(name(path), one) for path in FILES for one in imports(path) if one.split(".")[0] in COMMANDS]


def test_nothing_imports_a_maintainers_tool() -> None:
    outside = [path for path in FILES if path.parent.name != "dev"]
    assert not [(name(path), one) for path in outside for one in imports(path) if one.split(".")[0] == "dev"]


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.relative_to(SCRIPTS).parts[0] in MEASURED or path.parent.name == "measured"],
    ids=name,
)
def test_measured_code_imports_the_standard_library_and_its_subject_alone(path: Path) -> None:
    for module in imports(path):
        first = module.split(".")[0]
        if first == "concbench":
            assert module.startswith("concbench.measured."), module
        elif first not in sys.stdlib_module_names and first not in MEASURED:
            assert name(path) in THIRD_PARTY.get(first, ()), module


def test_plugins_import_each_other_by_relative_imports() -> None:
    for path in FILES:
        if path.relative_to(SCRIPTS).parts[0] in MEASURED:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            named = [one.module or "" for one in ast.walk(tree) if isinstance(one, ast.ImportFrom) and one.level == 0]
            assert not [module for module in named if module.split(".")[0] in MEASURED], path


def test_no_command_has_the_name_of_a_room_or_a_plug_in_folder() -> None:
    folders = {path.name for path in SCRIPTS.iterdir() if path.is_dir()}
    assert not COMMANDS & folders


def test_every_rule_that_runs_a_command_has_its_name() -> None:
    rules = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "rules").glob("*.smk"))
    by_hand = {"calibrate_server", "compare_campaigns", "compare_pythons", "make_environment", "retry_runs", "split_by_node"}
    by_hand |= {"run_pilot"}  # the Snakefile calls it before there are rules
    named = {command for command in COMMANDS if re.search(rf"\b(rule|checkpoint) {command}:|as {command} with:", rules)}
    assert named == COMMANDS - by_hand
