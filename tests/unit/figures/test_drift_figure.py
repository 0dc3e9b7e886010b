"""Draw the figure drift from synthetic campaigns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support import factories

from figures import drift


def test_drift_shows_each_run_beside_its_configurations_median_in_the_order_of_the_campaign(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0, 4.0, 5.0], "threading": [2.0, 2.0, 3.0]}
    drawn = drift.draw(factories.synthetic(tmp_path, factories.campaign(), times))
    dots = np.asarray(drawn.figure.axes[0].collections[0].get_offsets())
    assert sorted(dots[:, 0]) == [1, 2, 3, 4, 5, 6]
    assert sorted(dots[:, 1]) == pytest.approx([1, 1, 1, 1, 1.25, 1.5])
    assert "90 % of the runs lie within 38 % of their median" in drawn.title
