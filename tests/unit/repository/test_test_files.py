"""Test that test files are named by the module that they test, and that no two have the same name."""

from __future__ import annotations

from collections import Counter

from concbench.common.paths import ROOT

FILES = sorted((ROOT / "tests").rglob("test_*.py"))


def test_no_two_test_files_share_a_name() -> None:
    assert [name for name, count in Counter(path.name for path in FILES).items() if count > 1] == []


def test_a_test_file_of_a_room_tests_a_module_of_it() -> None:
    rooms = {path.name for path in (ROOT / "scripts/concbench").iterdir() if path.is_dir()}
    own = [path for path in FILES if path.parent.parent.name == "unit" and path.parent.name in rooms]
    assert len(own) > 50
    modules = {path: ROOT / "scripts/concbench" / path.parent.name / path.name.removeprefix("test_") for path in own}
    assert [path.name for path, module in modules.items() if not module.exists()] == []
