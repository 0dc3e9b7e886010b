"""Make two synthetic campaigns to compare, or one on two interpreters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from concbench.analysis.changes import Results
from support import factories

STEADY: factories.Times = {"sync": [4.0, 4.01, 3.99, 4.0, 4.02], "threading": [2.0, 2.01, 1.99, 2.0, 2.02]}


def times(factor: float, steady: factories.Times = STEADY) -> factories.Times:
    """Return the same times with threads slower by ``factor``."""
    return {**steady, "threading": [factor * float(value) for value in steady["threading"]]}


def results(folder: Path, values: factories.Times, speed: float = 1e7, **config: Any) -> Results:
    """Make a campaign's folder with synthetic runs."""
    folder.mkdir()
    blocks = len(next(iter(values.values())))
    made = factories.campaign(blocks, **config)
    runs, _, comparisons = factories.tables(folder, made, values)
    runs = runs.assign(machine_speed=speed)
    (folder / "config.json").write_text(json.dumps(factories.config(blocks, **config)), encoding="utf-8")
    return Results(folder, made, runs, comparisons)


def results_on_two(folder: Path, values: factories.Times) -> Results:
    """Make a campaign's folder with synthetic runs on the interpreters ``default`` and ``new``."""
    folder.mkdir()
    blocks = len(next(iter(values.values())))
    made = factories.on_two_interpreters(blocks)
    runs, _, comparisons = factories.tables(folder, made, values)
    config = {**factories.config(blocks), "interpreters": dict(made.interpreters)}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return Results(folder, made, runs, comparisons)
