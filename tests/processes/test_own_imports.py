"""Test what a file of the user's own can import, and how it is imported itself, under models with and without processes."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from concbench.records.run_record import RunRecord, RunSpec

WORK = "def items(size, seed): return [Thing(number) for number in range(size)]\ndef do(item): return twice(item)\n"
HELPER = (
    "class Thing:\n    def __init__(self, number): self.number = number\n"
    "    def __eq__(self, other): return vars(self) == vars(other)\n"
    "def twice(item): return Thing(2 * item.number)\n"
)
MODELS = [
    ("sync", {}),
    ("multiprocessing_pool", {"start_method": "fork"}),
    ("process_pool_executor", {"start_method": "spawn"}),
]
each_model = pytest.mark.parametrize(("model", "options"), [*MODELS, ("joblib", {})], ids=["sync", "fork", "spawn", "joblib"])

Does = Callable[..., tuple[str, str]]


@pytest.fixture
def does(
    spec: Callable[..., RunSpec], measured_run: Callable[..., RunRecord], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Does:
    """Do a run in a folder with these files, and return its status and reason."""

    def does(files: dict[str, str], file: str, model: str = "sync", options: dict[str, str] | None = None, **asked: Any) -> Any:
        for name, source in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(source, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        workload = {"workload": "own", "workload_options": {"file": file}}
        measured = measured_run(spec(**workload, model=model, model_options=options or {}, workers=2, **asked)).measured
        return measured.status, measured.reason or ""

    return does


@each_model
def test_modules_beside_the_file_can_be_imported(model: str, options: dict[str, str], does: Does) -> None:
    files = {"project/work.py": f"from helper import Thing, twice\n{WORK}", "project/helper.py": HELPER}
    assert does(files, "project/work.py", model, options) == ("ok", "")


@each_model
def test_a_file_of_a_package_can_import_relatively(model: str, options: dict[str, str], does: Does) -> None:
    files = {
        "src/top/__init__.py": "",
        "src/top/helper.py": HELPER,
        "src/top/inner/__init__.py": "from ..helper import twice\n",
        "src/top/inner/work.py": f"from . import twice\nfrom ..helper import Thing\nimport top\n{WORK}",
    }
    assert does(files, "src/top/inner/work.py", model, options) == ("ok", "")


@each_model
def test_a_module_may_be_named_with_a_function(model: str, options: dict[str, str], does: Does) -> None:
    files = {"top/work.py": f"from top.helper import *\n{WORK.replace('def do', 'def count')}", "top/helper.py": HELPER}
    assert does(files, "top.work:count", model, options) == ("ok", "")


@each_model
def test_helpers_may_import_the_file(model: str, options: dict[str, str], does: Does) -> None:
    files = {
        "work.py": f"{HELPER.replace('twice', 'double')}\nfrom helper import twice\n{WORK}",
        "helper.py": "import work\ndef twice(item): return work.double(item)\n",
    }
    assert does(files, "work.py", model, options) == ("ok", "")


@each_model
@pytest.mark.parametrize("name", ["queue.py", "test.py", "pytest.py", "my-work.py", "own_work.py"])
def test_a_file_may_have_any_name(name: str, model: str, options: dict[str, str], does: Does) -> None:
    assert does({f"project/{name}": HELPER + WORK}, f"project/{name}", model, options) == ("ok", "")


def test_a_coroutine_function_alone_is_enough_for_event_loops(does: Does) -> None:
    source = "import asyncio\nITEMS = list(range(8))\nasync def fetch(item):\n    await asyncio.sleep(0)\n    return item\n"
    assert does({"work.py": source}, "work.py:fetch", "asyncio") == ("ok", "")
    wrong = source.replace("return item", "return object()").replace("ITEMS", "import random\nITEMS", 1)
    wrong = wrong.replace("object()", "random.random()")
    status, reason = does({"work.py": wrong}, "work.py:fetch", "asyncio")
    assert status == "invalid"
    assert reason.startswith("fetch() in work.py, line 4, gave a different result for item 0 when it was called again.")


def test_listed_items_that_are_changed_are_found(does: Does) -> None:
    assert does({"work.py": "ITEMS = [[n] for n in range(9)]\ndef do(item): return sum(item)\n"}, "work.py") == ("ok", "")
    status, reason = does({"work.py": "ITEMS = [[n] for n in range(9)]\ndef do(item): item.append(1)\n"}, "work.py")
    assert (status, reason.split(".py")[0]) == ("invalid", "do() in work")
    assert "line 2, changed item 0 or used it up" in reason


def test_a_users_environment_needs_nothing_of_ours(does: Does, tmp_path: Path) -> None:
    made = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(made)], check=True)
    packages = made / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
    (packages / "theirs").mkdir()
    (packages / "theirs" / "__init__.py").write_text(HELPER, encoding="utf-8")
    (packages / "theirs" / "work.py").write_text(f"from . import Thing, twice\n{WORK}", encoding="utf-8")
    python = str(made / "bin" / "python")
    assert does({"work.py": f"from theirs import Thing, twice\n{WORK}"}, "work.py", interpreter=python) == ("ok", "")
    assert does({}, "theirs.work:do", interpreter=python) == ("ok", "")


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (
            {"work.py": "import no_such_helper\n" + HELPER + WORK},
            f"cannot import work.py, line 1: No module named 'no_such_helper'. Install it for {sys.executable}, or put it",
        ),
        (
            {"work.py": "x = 1\nfrom . import helper\n" + HELPER + WORK},
            "cannot import work.py, line 2: attempted relative import with no known parent package. Its folder is no package",
        ),
        ({"work.py": "import helper\n" + HELPER + WORK, "helper.py": "1 / 0"}, "work.py, line 1: ZeroDivisionError"),
        ({"work.py": "from math import *\nITEMS = [1] * 8"}, "work.py has no function do()"),
        (
            {"work.py": HELPER + "def do(item): pass\ndef items(s, t):\n    1 / 0"},
            "items(8, 1) in work.py, line 7: ZeroDivisionError",
        ),
    ],
    ids=["missing", "relative", "helper", "star", "items"],
)
def test_what_cannot_be_imported_is_named_with_its_line(files: dict[str, str], reason: str, does: Does) -> None:
    assert reason in does(files, "work.py")[1]


def test_a_package_that_is_installed_as_well_is_not_mistaken_for_the_file(does: Does) -> None:
    files = {"json/__init__.py": "", "json/work.py": HELPER + WORK}
    status, reason = does(files, "json/work.py")
    assert status != "ok"
    assert "cannot import json/work.py" in reason or "was not imported" in reason
