"""Test that a file depends on exactly what it imports."""

from __future__ import annotations

import ast
from pathlib import Path

from concbench.campaign.sources import closure, dependencies, files_of
from concbench.common.paths import SCRIPTS

FILES = sorted(path for path in SCRIPTS.rglob("*.py") if "sys_path" not in path.parts)


def by_syntax_tree(path: Path) -> set[Path]:
    """Return a file's imports, found by parsing it."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 1
            above = [*path.relative_to(SCRIPTS).parent.parts] * node.level + ([node.module] if node.module else [])
            modules |= {".".join(above), *(".".join([*above, alias.name]) for alias in node.names)}
    return {file for module in modules for file in files_of(module)}


def test_imports_are_those_of_the_syntax_tree() -> None:
    assert len(FILES) > 150
    assert {path for path in FILES if by_syntax_tree(path) - dependencies(path)} == set()
    reading = ("concbench/report/page.py", "concbench/report/program.py", "probes/code_size.py")  # these have READS
    named = {SCRIPTS / name for name in reading}
    assert {path for path in FILES if dependencies(path) - by_syntax_tree(path)} == named


def test_a_closure_is_complete() -> None:
    files = set(closure([SCRIPTS / "write_report.py"]))
    assert files == {one for file in files for one in ({file} | (dependencies(file) if file.suffix == ".py" else set()))}
    assert SCRIPTS / "concbench/report/templates/style.css" in files
