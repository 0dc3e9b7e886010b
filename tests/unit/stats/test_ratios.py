"""Test ratios of elapsed times by hand."""

from __future__ import annotations

from math import exp, hypot, log, sqrt

import pandas as pd
import pytest

from concbench.stats.ratios import ratio


def logs(values: dict[int, float], invocation: str = "one") -> pd.Series:
    """Return logarithms by block and invocation."""
    index = pd.MultiIndex.from_tuples([(block, invocation) for block in values], names=["block", "invocation"])
    return pd.Series(list(values.values()), index=index, dtype=float)


def test_the_spread_of_pairs_is_that_of_their_ratios() -> None:
    found = ratio(logs({1: 0.5, 2: 0.9}), logs({1: 0.4, 2: 0.6}))
    assert (found.paired, found.blocks, found.apart) == (True, 2, 0)
    assert found.spread == pytest.approx(exp(0.2 / sqrt(2)) - 1)  # the logarithms are 0.1 and 0.3
    assert found.interval is not None
    assert log(found.interval.estimate) == pytest.approx(0.2)


def test_the_spread_of_runs_apart_is_that_of_both() -> None:
    found = ratio(logs({1: 0.0, 2: 0.3}), logs({1: 0.0, 2: 0.4, 3: 0.2}, "another day"))
    assert (found.paired, found.blocks, found.apart) == (False, 2, 2)
    assert found.spread == pytest.approx(exp(hypot(0.3 / sqrt(2), 0.2)) - 1)


def test_half_of_the_blocks_are_not_most() -> None:
    some, others = logs({1: 0.1, 2: 0.2}), logs({3: 0.3, 4: 0.4}, "another day")
    whole = logs(dict.fromkeys((1, 2, 3, 4), 0.0))
    assert not ratio(pd.concat([some, others]), whole).paired
    assert ratio(pd.concat([some, others]), logs(dict.fromkeys((1, 2, 3), 0.0))).paired


def test_one_pair_has_no_spread() -> None:
    found = ratio(logs({1: 0.5}), logs({1: 0.4}))
    assert (found.paired, found.blocks, found.spread) == (True, 1, None)
