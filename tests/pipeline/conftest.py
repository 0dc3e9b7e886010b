"""Fixtures of whole-pipeline tests: checkouts, and a campaign that is measured once for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.pipeline import Invocation, Pipeline, check_out, invoked_once, tiny_campaign


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

    def make(folder: Path) -> Invocation:
        pipeline = check_out(tmp_path_factory, folder)
        pipeline.write_config(tiny_campaign(), "config.yaml")
        return Invocation(pipeline, pipeline.run())

    return invoked_once(tmp_path_factory, "first_run", make)


@pytest.fixture
def measured(first_run: Invocation, tmp_path: Path) -> Pipeline:
    """A copy of the measured campaign, to be changed at will."""
    assert first_run.finished.returncode == 0, first_run.finished.stderr
    return first_run.pipeline.copy(tmp_path / "measured")
