"""Test what the pipeline learns of a file of the user's own; ``test_own_source.py`` tests how it is read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from concbench.campaign.own_file import OwnFileError, folders_for, name_of, read_own_file
from concbench.common.paths import ROOT

SOURCE = "ITEMS = [1, 2]\ndef open(): pass\ndef do(item, resource): pass\nasync def do_async(item): pass\n"


def test_the_facts_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text(SOURCE, encoding="utf-8")
    facts = read_own_file("work.py", [tmp_path])
    assert (facts.path, facts.root, facts.module, facts.function) == (tmp_path / "work.py", tmp_path, "work", None)
    assert (facts.provides, facts.items_listed) == (("do", "do_async"), 2)
    assert (facts.has_open, facts.has_open_async, facts.has_open_shared, facts.has_check) == (True, False, False, False)


def test_a_function_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text("ITEMS = [1]\nasync def fetch(item): pass\n", encoding="utf-8")
    facts = read_own_file("work:fetch", [tmp_path])
    assert (facts.do, facts.do_async, facts.provides) == (None, "fetch", ("do_async",))


def test_messages_name_the_file_as_the_user_did(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text("ITEMS = [1]\n", encoding="utf-8")
    with pytest.raises(OwnFileError, match=r"^work\.py has no function do\(\)\."):
        read_own_file("work.py", [tmp_path])
    with pytest.raises(OwnFileError, match=r"^work has no function count\(\)\."):
        read_own_file("work:count", [tmp_path])


def test_modules_of_an_interpreters_packages_are_found() -> None:
    folders = folders_for(f"X=1 {sys.executable}", "no-such-python", "")
    assert folders[0] == ROOT
    assert any((folder / "pytest").is_dir() for folder in folders[1:])


def test_an_interpreters_path_may_have_spaces(tmp_path: Path) -> None:
    python = tmp_path / "my env/bin/python"
    packages = tmp_path / "my env/lib/python3.12/site-packages"
    for folder in (python.parent, packages):
        folder.mkdir(parents=True)
    python.symlink_to(sys.executable)
    assert folders_for(f"X=1 {python}") == (ROOT, packages)


def test_projects_that_are_installed_in_place_are_found(tmp_path: Path) -> None:
    packages, project = tmp_path / "lib" / "python3.12" / "site-packages", tmp_path / "project" / "src"
    python = tmp_path / "bin" / "python"
    for folder in (packages, project, python.parent):
        folder.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (packages / "mine.pth").write_text(f"# in place\nimport something\n\n{project}\n/no/such/folder\n", encoding="utf-8")
    (packages / "damaged.pth").write_bytes(b"\xff")
    (project / "theirs.py").write_text(SOURCE, encoding="utf-8")
    assert folders_for(str(python)) == (ROOT, packages, project)
    assert read_own_file("theirs:do", folders_for(str(python))).path == project / "theirs.py"


@pytest.mark.parametrize(
    ("text", "name"),
    [("a/work.py", "work"), ("work.py:count", "count"), ("top.work", "work"), ("top.work:count", "count"), ("work", "work")],
)
def test_the_short_name_of_work(text: str, name: str) -> None:
    assert name_of(text) == name
