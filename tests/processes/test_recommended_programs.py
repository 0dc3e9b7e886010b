"""Run the programs that reports recommend, each in a fresh process, and compare their results with known ones."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from concbench.campaign.own_file import read_own_file
from concbench.environment.measured_environment import THREAD_COUNTS
from concbench.report.program import OWN_NAMES, Measured, program

SIZE, SEED = 7, 3
PLAIN = "def do(item):\n    return 2 * item\n\n\nasync def do_async(item):\n    return 2 * item\n"
ITEMS = "def items(size, seed):\n    return [seed + number for number in range(size)]\n"
WITH_RESOURCE = """
import asyncio
from contextlib import contextmanager, asynccontextmanager
from pathlib import Path


def note(line):
    with (Path(__file__).parent / "log").open("a") as log:
        log.write(f"{line}\\n")


@contextmanager
def OPEN():
    note("open")
    yield {"factor": 2}
    note("close")


@asynccontextmanager
async def open_async():
    note("open")
    yield {"factor": 2}
    note("close")


def do(item, resource):
    return resource["factor"] * item


async def do_async(item, resource):
    await asyncio.sleep(0)
    return resource["factor"] * item
"""
SOURCES = {
    "none": PLAIN + ITEMS,
    "open": WITH_RESOURCE.replace("OPEN", "open") + ITEMS,
    "open_shared": WITH_RESOURCE.replace("OPEN", "open_shared") + ITEMS,
}
CONFIGURATIONS: list[dict[str, Any]] = [
    {"model": "sync", "workers": 1, "workers_asked": "1"},
    {"model": "thread_pool", "workers": 3},
    {"model": "thread_pool", "workers": 6, "workers_asked": "default"},
    {"model": "asyncio_to_thread", "workers": 3},
    {"model": "asyncio_to_thread", "workers": 6, "workers_asked": "default"},
    {"model": "asyncio", "workers": 3},
    {"model": "asyncio", "workers": SIZE, "workers_asked": "all"},
    {"model": "process_pool_executor", "workers": 2},
    {"model": "process_pool_executor", "workers": 2, "workers_asked": "default", "options": {"start_method": "spawn"}},
    {"model": "process_pool_executor", "workers": 2, "options": {"chunk_size": 3}, "numeric_threads": 1},
    {"model": "process_event_loops", "workers": 4, "options": {"processes": 2}},
    {"model": "process_event_loops", "workers": SIZE, "workers_asked": "all", "options": {"processes": 3}},
]


def written(folder: Path, source: str, file: str = "my_work.py", of: str = "", **configuration: Any) -> str:
    """Write the user's file, and return the program of a configuration."""
    path = folder / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(source)
    asked = {"workers_asked": str(configuration["workers"]), "options": {}, "numeric_threads": None, **configuration}
    made = program(Measured(words="some workers", size=SIZE, seed=SEED, **asked), read_own_file(f"{path}{of}"))
    assert made is not None
    return made


def results_of(folder: Path, text: str) -> list[int]:
    """Run a program in a fresh process, and return its results."""
    indent = "    " * text.rstrip().splitlines()[-1].startswith("    ") * ("__main__" in text)
    dump = f'{indent}import json, os\n{indent}print(json.dumps([results, os.environ.get("{THREAD_COUNTS[0]}")]))\n'
    (folder / "run_my_work.py").write_text(text + dump)
    done = subprocess.run(
        [sys.executable, "run_my_work.py"], cwd=folder, capture_output=True, text=True, timeout=60, check=False, env={}
    )
    assert done.returncode == 0, done.stderr + text
    assert done.stderr == ""
    results, threads = json.loads(done.stdout)
    assert threads == ("1" if THREAD_COUNTS[0] in text else None)
    return list(results)


@pytest.mark.parametrize(("configuration", "resource"), list(product(CONFIGURATIONS, SOURCES)))
def test_a_recommended_program_does_every_item_in_order(configuration: dict[str, Any], resource: str, tmp_path: Path) -> None:
    text = written(tmp_path, SOURCES[resource], **configuration)
    assert results_of(tmp_path, text) == [2 * (SEED + number) for number in range(SIZE)]
    if resource == "none":
        return
    log = (tmp_path / "log").read_text().split()
    model, workers = configuration["model"], configuration["workers"]
    most = configuration.get("options", {}).get("processes", workers) if "process" in model else workers
    once = model in ("sync", "asyncio") or (resource == "open_shared" and "process" not in model)
    assert 1 <= log.count("open") <= (1 if once else most)
    if model != "process_pool_executor":  # there, a resource lasts as long as its process
        assert log.count("close") == log.count("open")


@pytest.mark.parametrize(
    ("file", "of", "source", "imported"),
    [
        ("my-work.py", "", PLAIN + ITEMS, 'work = importlib.import_module("my-work")'),
        ('my"work\\.py', "", PLAIN + ITEMS, r'work = importlib.import_module("my\"work\\")'),
        ("items.py", "", PLAIN + ITEMS, "import items as work"),
        ("list.py", "", PLAIN + ITEMS, "import list as work"),
        ("my_work.py", "", PLAIN + "ITEMS = [3, 4, 5, 6, 7, 8, 9, 10]\n", "import my_work"),
        ("my_work.py", ":double", (PLAIN + ITEMS).replace("def do(", "def double("), "import my_work"),
    ],
)
def test_the_users_file_is_imported_whatever_it_is_called(
    file: str, of: str, source: str, imported: str, tmp_path: Path
) -> None:
    text = written(tmp_path, source, file, of, model="thread_pool", workers=2)
    assert imported in text.splitlines()
    assert results_of(tmp_path, text) == [2 * (SEED + number) for number in range(SIZE)]


@pytest.mark.parametrize("resource", SOURCES)
def test_a_name_of_a_program_is_no_name_for_the_users_module(resource: str, tmp_path: Path) -> None:
    """Whatever a program binds or reads would hide a module of that name, or be hidden by it."""
    used: set[str] = set()
    for configuration in CONFIGURATIONS:
        nodes = list(ast.walk(ast.parse(written(tmp_path, SOURCES[resource], **configuration))))
        used |= {node.id for node in nodes if isinstance(node, ast.Name)} | {
            one.arg for one in nodes if isinstance(one, ast.arg)
        }
        used |= {one.name for one in nodes if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))}
    assert used - {"my_work"} <= OWN_NAMES


def test_a_file_in_a_package_is_imported_by_its_dotted_name(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package/__init__.py").touch()
    text = written(tmp_path, SOURCES["none"], "package/my_work.py", model="process_pool_executor", workers=2)
    assert "from package import my_work" in text.splitlines()
    assert results_of(tmp_path, text) == [2 * (SEED + number) for number in range(SIZE)]
