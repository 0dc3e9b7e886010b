"""Test which files of the user's project a file of the user's own imports, directly or not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from concbench.campaign.own_file import OwnFileError
from concbench.campaign.own_sources import own_sources


def project(folder: Path, files: Mapping[str, str]) -> None:
    for name, source in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(source, encoding="utf-8")


def found(folder: Path, text: str) -> list[str]:
    own_sources.cache_clear()
    return [path.relative_to(folder).as_posix() for path in own_sources(text, (folder,))]


def test_modules_beside_the_file_count_with_all_that_they_import(tmp_path: Path) -> None:
    project(
        tmp_path,
        {
            "a/work.py": "import one, json\ndef do(item):\n    from two import x\n",
            "a/one.py": "import three.inner as t\n",
            "a/two.py": "import work\n",
            "a/three/__init__.py": "",
            "a/three/inner.py": "import no_such_thing\n",
            "a/three/not_imported.py": "",
            "a/not_imported.py": "",
            "b.py": "",
        },
    )
    assert found(tmp_path, "a/work.py") == ["a/work.py", "a/one.py", "a/three/__init__.py", "a/three/inner.py", "a/two.py"]


def test_relative_imports_are_followed_from_the_files_package(tmp_path: Path) -> None:
    project(
        tmp_path,
        {
            "src/top/__init__.py": "from .api import x\n",
            "src/top/api.py": "",
            "src/top/inner/__init__.py": "",
            "src/top/inner/work.py": "from . import near\nfrom ..far import y\nfrom ... import beyond\n",
            "src/top/inner/near.py": "",
            "src/top/far.py": "from .inner.deep import z",
            "src/top/inner/deep.py": "not Python",
            "src/beyond.py": "",
        },
    )
    assert found(tmp_path, "src/top/inner/work.py") == [
        "src/top/inner/work.py",
        "src/beyond.py",
        "src/top/__init__.py",
        "src/top/api.py",
        "src/top/far.py",
        "src/top/inner/__init__.py",
        "src/top/inner/deep.py",
        "src/top/inner/near.py",
    ]


def test_compiled_modules_count_also_beside_their_sources(tmp_path: Path) -> None:
    """Python imports what a module was compiled to, even where there is a source."""
    linux = "cpython-311-x86_64-linux-gnu.so"
    compiled = {f"fast.{linux}": "", "both.py": "", f"both.{linux}": "", "plain.so": "", f"faster.{linux}": ""}
    project(tmp_path, {"work.py": "import fast, both, plain", **compiled})
    assert found(tmp_path, "work") == ["work.py", f"both.{linux}", "both.py", f"fast.{linux}", "plain.so"]


def test_of_an_installed_package_only_its_own_modules_count(tmp_path: Path) -> None:
    project(
        tmp_path / "site-packages",
        {"mine/__init__.py": "", "mine/work.py": "import mine.help, other", "mine/help.py": "", "other/__init__.py": ""},
    )
    own_sources.cache_clear()
    files = own_sources("mine.work", (tmp_path, tmp_path / "site-packages"))
    assert [path.name for path in files] == ["work.py", "__init__.py", "help.py"]
    assert {path.parent.name for path in files} == {"mine"}


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OwnFileError, match=r"^none\.py: no such file"):
        own_sources("none.py", (tmp_path,))
