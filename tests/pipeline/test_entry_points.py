"""Test that every step is a command of its own, and a module whose import has no effects."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from support.pipeline import Pipeline

from concbench.records.rows import TABLES

SCRIPTS = Path(__file__).parents[2] / "scripts"
COMMANDS = sorted(path.name for path in SCRIPTS.glob("*.py"))
OF_OTHER_PYTHONS = SCRIPTS / "models" / "subinterpreters.py"  # its import fails on older Pythons
LINKS = SCRIPTS / "sys_path"
MODULES = sorted(
    ".".join(path.relative_to(SCRIPTS).with_suffix("").parts)
    for path in SCRIPTS.rglob("*.py")
    if path.name != "__init__.py" and path != OF_OTHER_PYTHONS and not path.is_relative_to(LINKS)
)
DRAW = ["scripts/draw_figures.py", "headline", "--experiment", "io"]


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python by hand in a folder."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def tables(results: Path, *names: str) -> list[str]:
    """Return the arguments that name a campaign's config and tables: all tables unless some are given."""
    files = [results / f"{name}.csv" for name in names or TABLES]
    return ["--config", str(results / "config.json"), "--tables", *map(str, files)]


def drop_column(table: Path, name: str) -> None:
    with table.open(newline="", encoding="utf-8") as file:
        rows = [{key: value for key, value in row.items() if key != name} for row in csv.DictReader(file)]
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_commands_are_found() -> None:
    assert {"collect_runs.py", "draw_figures.py", "measure_run.py", "summarize_runs.py", "retry_runs.py"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_command_explains_itself(command: str, tmp_path: Path) -> None:
    finished = Pipeline(tmp_path).python(str(SCRIPTS / command), "--help")
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
    finished = measured.python(*DRAW, *tables(measured.results), "--output", *map(str, figures))
    assert finished.returncode == 0, finished.stderr
    assert figures[0].read_bytes().startswith(b"\x89PNG")
    assert "<svg" in figures[1].read_text(encoding="utf-8")
    assert measured.times("results/**/*") == before


@pytest.mark.parametrize(
    ("command", "inputs"),
    [
        ("summarize_runs.py", ["runs", "probes"]),
        ("collect_items.py", ["runs"]),
        ("compare_contenders.py", ["runs", "summary"]),
        ("compare_interpreters.py", ["runs", "summary"]),
        ("compare_nodes.py", ["runs", "probes"]),
        ("fit_scaling.py", ["runs", "summary", "comparisons"]),
        ("find_warnings.py", ["runs", "summary", "comparisons", "interpreters", "scaling", "probes", "items"]),
        ("write_article.py", ["runs", "summary", "comparisons"]),
        ("write_conclusion.py", ["runs", "summary", "comparisons", "interpreters", "warnings"]),
    ],
)
def test_runs_without_a_column_are_refused_by_its_name(
    measured: Pipeline, tmp_path: Path, command: str, inputs: list[str]
) -> None:
    made = tmp_path / "made"
    drop_column(measured.results / "runs.csv", "makespan_s")
    finished = measured.python(f"scripts/{command}", *tables(measured.results, *inputs), "--output", str(made))
    assert finished.returncode != 0
    assert "runs.csv: this table has no column makespan_s" in finished.stderr
    assert not made.exists()


@pytest.mark.parametrize(
    "command",
    [DRAW, ["scripts/write_report.py", "--figures", "results/tiny/figures/claims.svg"]],
    ids=lambda value: Path(value[0]).name,
)
def test_drawing_and_reporting_refuse_runs_without_a_column(measured: Pipeline, tmp_path: Path, command: list[str]) -> None:
    drop_column(measured.results / "runs.csv", "makespan_s")
    made = tmp_path / "made.svg"
    finished = measured.python(*command, *tables(measured.results), "--output", str(made))
    assert finished.returncode != 0
    assert "runs.csv: this table has no column makespan_s" in finished.stderr
    assert not made.exists()


def test_a_command_asks_for_a_table_that_it_reads(measured: Pipeline, tmp_path: Path) -> None:
    made = tmp_path / "made.csv"
    finished = measured.python("scripts/compare_contenders.py", *tables(measured.results, "runs"), "--output", str(made))
    assert finished.returncode != 0
    assert "--tables: summary.csv is missing" in finished.stderr
    assert not made.exists()


def test_a_figure_asks_for_a_table_that_it_is_drawn_from(measured: Pipeline, tmp_path: Path) -> None:
    inputs, made = tables(measured.results, "runs"), str(tmp_path / "made.svg")
    finished = measured.python("scripts/draw_figures.py", "drift", *inputs, "--output", made)
    assert finished.returncode != 0
    assert "--tables lacks summary.csv and probes.csv, which the figure drift needs" in finished.stderr


def test_a_figure_of_an_experiment_asks_which(measured: Pipeline, tmp_path: Path) -> None:
    inputs, made = tables(measured.results), str(tmp_path / "made.svg")
    finished = measured.python("scripts/draw_figures.py", "headline", *inputs, "--output", made)
    assert finished.returncode != 0
    assert "the figure headline needs one of the campaign's experiments: io, cpu" in finished.stderr


def test_a_figure_for_a_paper_is_a_pdf_file_of_its_column(measured: Pipeline, tmp_path: Path) -> None:
    made = tmp_path / "made.pdf"
    finished = measured.python(*DRAW, *tables(measured.results), "--style", "paper", "--output", str(made))
    assert (finished.returncode, finished.stderr) == (0, "")
    assert b"/MediaBox [ 0 0 249.4" in made.read_bytes()  # 88 mm
