"""Test how long measuring took: the same figure at a look and in the report."""

from __future__ import annotations

import pandas as pd

from concbench.analysis.more_blocks import measuring_s


def test_measuring_takes_runs_with_what_goes_on_around_them_and_micro_benchmarks() -> None:
    runs = pd.DataFrame({"makespan_s": [1.0, None], "overhead_s": [0.5, 0.25]})
    assert measuring_s(runs, 3) == 1.5 + 0.25 + 3 * 1.5
