"""Give each test of figures the look that all figures have."""

from __future__ import annotations

import pytest
from matplotlib import pyplot

from concbench.drawing import style


@pytest.fixture(autouse=True)
def as_in_the_pipeline() -> None:
    pyplot.close("all")
    style.apply()
