"""Provide checkouts, and a campaign that is measured once for all tests of the whole pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.pipeline import Invocation, Pipeline, check_out, invoked_once, measure_parallelism_briefly, tiny_campaign


@pytest.fixture
def tiny_config() -> dict[str, Any]:
    """Return the tiny campaign's config, which a test may change."""
    return tiny_campaign()


@pytest.fixture
def checkout(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Pipeline:
    """Return a fresh checkout, without results."""
    pipeline = check_out(tmp_path_factory, tmp_path / "checkout")
    measure_parallelism_briefly(pipeline)
    return pipeline


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Invocation:
    """Return a checkout with the tiny campaign as default, measured once for all tests, which must not change it."""

    def make(folder: Path) -> Invocation:
        pipeline = check_out(tmp_path_factory, folder)
        measure_parallelism_briefly(pipeline)
        pipeline.write_config(tiny_campaign(), "config.yaml")
        return Invocation(pipeline, pipeline.run())

    return invoked_once(tmp_path_factory, "first_run", make)


@pytest.fixture
def measured(first_run: Invocation, tmp_path: Path) -> Pipeline:
    """Return a copy of the measured campaign, which a test may change."""
    assert first_run.finished.returncode == 0, first_run.finished.stderr
    return first_run.pipeline.copy(tmp_path / "measured")
