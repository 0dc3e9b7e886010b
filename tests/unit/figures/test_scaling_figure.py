"""Draw the figure scaling from synthetic campaigns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support import factories
from support.drawn import SWEEP, SWEPT, data

from figures import scaling


def test_scaling_stands_beside_what_the_machine_can_do(tmp_path: Path) -> None:
    steady: factories.Times = {name: [times[1]] * 5 for name, times in SWEPT.items()}
    drawn = scaling.draw(data(tmp_path, factories.campaign(5, contenders=SWEEP), steady))
    axes = drawn.figure.axes[0]
    assert drawn.title == "cpu: at most 3.2× as fast as sync\n(threading with 5 workers)"  # more than the machine has
    limits = {str(line.get_label()): max(np.asarray(line.get_ydata())) for line in axes.lines}
    assert limits["measured limit: 1.5×"] == pytest.approx(1.5)
    assert limits["theoretical limit: 4 CPUs"] == pytest.approx(4.0)


def test_scaling_names_the_machines_effective_parallelism_where_no_more_was_reached(tmp_path: Path) -> None:
    slow: factories.Times = {"sync": [10.0] * 5, "threading": [8.0] * 5}
    drawn = scaling.draw(data(tmp_path, factories.campaign(5, contenders=SWEEP), slow))
    assert drawn.title.endswith("× as fast as sync\n(threading with 10 workers; this machine allows 1.5×)")


def test_one_number_of_workers_is_no_sweep(tmp_path: Path) -> None:
    drawn = scaling.draw(data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3}))
    assert (drawn.title, drawn.figure.axes) == ("cpu: one number of workers for each contender", [])
