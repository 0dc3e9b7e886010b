"""Fixtures of whole-pipeline tests: checkouts, and a campaign that is measured once for all of them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from support.once import made_once
from support.pipeline import Invocation, Pipeline, check_out, tiny_campaign


@pytest.fixture
def tiny_config() -> dict[str, Any]:
    """The tiny campaign's config, to be changed at will."""
    return tiny_campaign()


@pytest.fixture
def checkout(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Pipeline:
    """The project as one gets it, nothing measured."""
    return check_out(tmp_path_factory, tmp_path / "checkout")


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Invocation:
    """The tiny campaign in place of the default one, measured once for all tests; not to be changed."""

    def make(folder: Path) -> None:
        pipeline = check_out(tmp_path_factory, folder / "checkout")
        pipeline.write_config(tiny_campaign(), "config.yaml")
        done = pipeline.run_alone()
        (folder / "finished.json").write_text(json.dumps([done.args, done.returncode, done.stdout, done.stderr]))

    folder = made_once(tmp_path_factory, "first_run", make)
    finished = json.loads((folder / "finished.json").read_text(encoding="utf-8"))
    return Invocation(Pipeline(folder / "checkout"), subprocess.CompletedProcess(*finished))


@pytest.fixture
def measured(first_run: Invocation, tmp_path: Path) -> Pipeline:
    """A copy of the measured campaign, to be changed at will."""
    assert first_run.finished.returncode == 0, first_run.finished.stderr
    return first_run.pipeline.copy(tmp_path / "measured")
