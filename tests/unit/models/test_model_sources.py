"""Test the source of models for what its readers need."""

from __future__ import annotations

import pytest

from concbench.campaign import plugins
from concbench.common.paths import SCRIPTS


@pytest.mark.parametrize("name", plugins.names("models"))
def test_a_model_is_a_few_dozen_lines(name: str) -> None:
    assert len((SCRIPTS / "models" / f"{name}.py").read_text(encoding="utf-8").splitlines()) <= 60
