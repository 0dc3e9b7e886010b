"""Draw the figure of two campaigns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from support.two_campaigns import STEADY, results, times

from concbench.analysis.changes import changed
from concbench.drawing.changes_figure import draw


def test_the_figure_has_a_mark_for_each_configuration_and_says_how_many_are_slower(tmp_path: Path) -> None:
    before, after = results(tmp_path / "before", STEADY), results(tmp_path / "after", times(1.5))
    drawn = draw(changed(before, after), "before", "after", {**before.names, **after.names})
    assert drawn.title == "after compared with before: 1 of 2 configurations are slower"
    assert sum(np.shape(marks.get_offsets())[0] for marks in drawn.figure.axes[0].collections) == 2
    assert "cpu: threading, 2 workers: 0.667 times as fast (95 % CI 0.662 to 0.672; slower)" in drawn.description
