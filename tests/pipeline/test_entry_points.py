"""Every step is also a command of its own, and a module that can be imported without consequences."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from concbench.records.rows import TABLES

if TYPE_CHECKING:
    from pipeline.conftest import Pipeline

SCRIPTS = Path(__file__).parents[2] / "scripts"
COMMANDS = sorted(path.name for path in SCRIPTS.glob("*.py") if ".parse_args()" in path.read_text(encoding="utf-8"))
OF_OTHER_PYTHONS = SCRIPTS / "models" / "subinterpreters.py"  # whose import fails where there are none
MODULES = sorted(
    ".".join(path.relative_to(SCRIPTS).with_suffix("").parts)
    for path in SCRIPTS.rglob("*.py")
    if path.name != "__init__.py" and path != OF_OTHER_PYTHONS
)
DRAW = ["draw.py", "headline", "--experiment", "io"]


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python by hand in a folder."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def tables(results: Path, *names: str) -> list[str]:
    """The arguments that name a campaign's config and tables."""
    files = {name: f"{name}.csv" for name in TABLES} | {"config": "config.json"}
    return [argument for name in ("config", *names) for argument in (f"--{name}", str(results / files[name]))]


def drop_column(table: Path, name: str) -> None:
    with table.open(newline="", encoding="utf-8") as file:
        rows = [{key: value for key, value in row.items() if key != name} for row in csv.DictReader(file)]
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_commands_are_found() -> None:
    assert {"collect.py", "draw.py", "measure.py", "summarise.py"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_command_explains_itself(command: str, tmp_path: Path) -> None:
    finished = python(tmp_path, str(SCRIPTS / command), "--help")
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.startswith(f"usage: {command}")
    assert list(tmp_path.iterdir()) == []


def test_importing_any_module_prints_nothing_and_writes_nothing(tmp_path: Path) -> None:
    code = f"import importlib, sys\nsys.path.insert(0, {str(SCRIPTS)!r})\nfor name in {MODULES}: importlib.import_module(name)"
    finished = python(tmp_path, "-c", code)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_figure_is_drawn_by_hand_into_another_folder(measured: Pipeline, tmp_path: Path) -> None:
    before = measured.times("results/**/*")
    figures = [tmp_path / "mine.png", tmp_path / "mine.svg"]
    inputs = ["--config", str(measured.results / "config.json"), "--tables", *map(str, measured.results.glob("*.csv"))]
    arguments = [*DRAW, *inputs, "--figures", *map(str, figures)]
    finished = python(measured.folder / "scripts", *arguments)
    assert finished.returncode == 0, finished.stderr
    assert figures[0].read_bytes().startswith(b"\x89PNG")
    assert "<svg" in figures[1].read_text(encoding="utf-8")
    assert measured.times("results/**/*") == before


@pytest.mark.parametrize(
    ("command", "inputs"),
    [
        (["summarise.py", "--table"], ["runs", "probes"]),
        (["compare.py", "--table"], ["runs", "summary"]),
        (["article_table.py", "--page"], ["runs", "summary", "comparisons"]),
        (["warn.py", "--table"], ["runs", "summary", "comparisons", "interpreters", "scaling"]),
        (["conclude.py", "--text"], ["runs", "summary", "comparisons", "interpreters", "warnings"]),
        (["compare_interpreters.py", "--table"], ["runs", "summary", "comparisons"]),
    ],
    ids=lambda value: value[0],
)
def test_runs_without_a_column_are_refused_by_its_name(
    measured: Pipeline, tmp_path: Path, command: list[str], inputs: list[str]
) -> None:
    made = tmp_path / "made.svg"
    drop_column(measured.results / "runs.csv", "makespan_s")
    finished = python(measured.folder / "scripts", *command, str(made), *tables(measured.results, *inputs))
    assert finished.returncode != 0
    assert "runs.csv: no column makespan_s" in finished.stderr
    assert not made.exists()


@pytest.mark.parametrize(
    "command",
    [
        [*DRAW, "--figures"],
        [
            "report.py",
            "--figures",
            "results/tiny/figures/claims.svg",
            "--environment",
            "results/tiny/environment.json",
            "--page",
        ],
    ],
    ids=lambda value: value[0],
)
def test_drawing_and_reporting_refuse_runs_without_a_column(measured: Pipeline, tmp_path: Path, command: list[str]) -> None:
    drop_column(measured.results / "runs.csv", "makespan_s")
    inputs = ["--config", str(measured.results / "config.json"), "--tables", *map(str, measured.results.glob("*.csv"))]
    made = tmp_path / "made.svg"
    finished = python(measured.folder, f"scripts/{command[0]}", *command[1:], str(made), *inputs)
    assert finished.returncode != 0
    assert "runs.csv: no column makespan_s" in finished.stderr
    assert not made.exists()


def test_a_figure_asks_for_a_table_that_it_is_drawn_from(measured: Pipeline, tmp_path: Path) -> None:
    inputs = ["--config", str(measured.results / "config.json"), "--tables", str(measured.results / "runs.csv")]
    finished = python(measured.folder, "scripts/draw_figures.py", "drift", *inputs, "--figures", str(tmp_path / "made.svg"))
    assert finished.returncode != 0
    assert "the figure drift is drawn from probes.csv too" in finished.stderr


def test_a_figure_of_an_experiment_asks_which(measured: Pipeline, tmp_path: Path) -> None:
    inputs = ["--config", str(measured.results / "config.json"), "--tables", *map(str, measured.results.glob("*.csv"))]
    finished = python(measured.folder, "scripts/draw_figures.py", "headline", *inputs, "--figures", str(tmp_path / "made.svg"))
    assert finished.returncode != 0
    assert "the figure headline is of one of the campaign's experiments: io, cpu" in finished.stderr
