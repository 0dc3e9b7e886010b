"""Test that the examples in the documents work as written."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from support.pipeline import PROJECT

if TYPE_CHECKING:
    from support.pipeline import Pipeline

FILE = re.compile(r"^`(?P<path>[\w./]+)`\n\n```\w+\n(?P<content>.*?)^```$", re.DOTALL | re.MULTILINE)


def test_a_model_and_a_workload_added_as_the_document_says_are_measured(checkout: Pipeline) -> None:
    document = (PROJECT / "docs" / "developing" / "extending.md").read_text(encoding="utf-8")
    found = {match["path"]: match["content"] for match in FILE.finditer(document)}
    assert set(found) == {"scripts/models/striped.py", "scripts/workloads/primes.py", "config/extended.yaml"}
    for path, content in found.items():
        (checkout.folder / path).write_text(content, encoding="utf-8")
    finished = checkout.run("tables", "--configfile", "config/extended.yaml", "--config", "background_cpu_limit=1")
    assert finished.returncode == 0, finished.stderr
    with (checkout.folder / "results" / "extended" / "runs.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {(row["model"], row["workload"], row["status"]) for row in rows} == {
        ("sync", "primes", "ok"),
        ("striped", "primes", "ok"),
    }
    strict = [sys.executable, "-m", "mypy", "--strict", "--config-file", str(PROJECT / "pyproject.toml")]
    written = [path for path in found if path.endswith(".py")]
    checked = subprocess.run([*strict, *written], cwd=checkout.folder, capture_output=True, text=True, timeout=120, check=False)
    assert checked.returncode == 0, checked.stdout
