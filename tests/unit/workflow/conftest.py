"""Provide an empty folder to work in, also as a pipeline whose blocks go to nodes."""

from __future__ import annotations

from pathlib import Path

import pytest

from concbench.common.variables import HAND_OUT_VARIABLE


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, in a pipeline that hands its blocks out."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(HAND_OUT_VARIABLE, "slurm")


@pytest.fixture
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
