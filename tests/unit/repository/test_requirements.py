"""Test the locks in requirements/: complete, with hashes, and one version of each package in an environment."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from concbench.common.paths import ROOT

REQUIREMENTS = ROOT / "requirements"
GROUPS = ("base", "models", "examples", "dev", "slurm", "interpreters")
SHARED = ("base", "models", "dev")  # installed in one environment
EXTRAS = re.compile(r"\[.*\]")
PIN = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
BY_CONTRIBUTORS = {"against_pyperf.py"}


def named(group: str) -> set[str]:
    """Return the packages that a group requests."""
    lines = (REQUIREMENTS / f"{group}.in").read_text(encoding="utf-8").splitlines()
    return {EXTRAS.sub("", line).strip().lower() for line in lines if line.strip() and not line.startswith("#")}


def locked(group: str) -> dict[str, set[str]]:
    """Return the packages that a group installs, each with its versions for different markers."""
    found: dict[str, set[str]] = {}
    for name, version in PIN.findall((REQUIREMENTS / f"{group}.txt").read_text(encoding="utf-8")):
        found.setdefault(name, set()).add(version)
    return found


def imported(files: Iterable[Path]) -> dict[str, set[str]]:
    """Return the third-party modules that these files import, each with the packages that may provide it."""
    ours = {path.stem for folder in ("scripts", "tests") for path in (ROOT / folder).iterdir()}
    found: set[str] = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    known = packages_distributions()
    theirs = found - ours - sys.stdlib_module_names
    return {module: {name.lower().replace("_", "-") for name in known.get(module, [module])} for module in theirs}


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_locks_what_it_names(group: str) -> None:
    assert named(group)
    assert named(group) <= locked(group).keys()


@pytest.mark.parametrize("group", GROUPS)
def test_locks_have_hashes_and_no_addresses(group: str) -> None:
    text = (REQUIREMENTS / f"{group}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    for pin in re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in pin, pin


def test_groups_that_share_an_environment_agree() -> None:
    for one in SHARED:
        for other in SHARED:
            for name in locked(one).keys() & locked(other).keys():
                assert locked(one)[name] & locked(other)[name], f"{name} of {one}.txt and {other}.txt"


@pytest.mark.parametrize(("folder", "groups"), [("scripts", ["base", "models"]), ("tests", SHARED)])
def test_what_is_imported_is_named(folder: str, groups: Sequence[str]) -> None:
    files = [path for path in (ROOT / folder).rglob("*.py") if path.name not in BY_CONTRIBUTORS and "dev" not in path.parts]
    names = set().union(*map(named, groups))
    modules = imported(files)
    assert len(modules) > 10
    assert {module: packages for module, packages in modules.items() if not packages & names} == {}
