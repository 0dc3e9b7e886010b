"""Find the best number of workers, and those that may be as good."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import factories

from concbench.analysis.optimum import as_fast, as_good, optimum, paired_configurations, swept

SWEEP = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [2, 5, 10, 20]}}
NOISE = [0.98, 1.01, 1.0, 0.99, 1.02, 1.0]


def noisy(median: float, turn: int) -> list[float]:
    """Times around a median, each configuration's in another order."""
    return [median * factor for factor in [*NOISE[turn:], *NOISE[:turn]]]


@pytest.mark.parametrize(
    ("medians", "best", "alike"),
    [
        pytest.param((6.0, 3.0, 3.5, 4.0), 5, [5], id="one stands out"),
        pytest.param((6.0, 3.0, 3.0, 4.0), None, [5, 10], id="neighbours are as good"),
        pytest.param((3.0, 4.0, 3.001, 5.0), None, [2], id="as good, but not next to it"),
        pytest.param((3.003, 3.0, 4.0, 5.0), None, [2, 5], id="the first is as good"),
        pytest.param((6.0, 5.0, 4.0, 3.0), 20, [20], id="at the upper end"),
        pytest.param((3.0, 4.0, 5.0, 6.0), 2, [2], id="at the lower end"),
    ],
)
def test_as_good_is_what_is_next_to_the_optimum_and_not_slower(
    tmp_path: Path, medians: tuple[float, ...], best: int | None, alike: list[int]
) -> None:
    campaign = factories.campaign(6, contenders=SWEEP)
    times = {f"threading/{n}": noisy(median, turn) for turn, (n, median) in enumerate(zip((2, 5, 10, 20), medians))}
    _, summary, comparisons = factories.tables(tmp_path, campaign, {"sync": [10.0] * 6, **times})
    configurations = paired_configurations(summary, comparisons)
    configurations = configurations[configurations["contender"] == "threading"]
    assert as_good(configurations, comparisons) == alike
    assert best in (None, int(optimum(configurations)["workers"]))


def test_as_fast_are_those_that_the_blocks_do_not_tell_from_the_first(tmp_path: Path) -> None:
    campaign = factories.campaign(6, contenders=SWEEP)
    times = {"threading/2": noisy(3.0, 1), "threading/5": noisy(3.6, 2), "threading/10": [2.0, 5.0, 3.0, 2.5, 4.0, 3.0]}
    times = {"sync": noisy(2.9, 0), **times, "threading/20": noisy(9.0, 3)}
    _, summary, comparisons = factories.tables(tmp_path, campaign, times)
    ordered = summary.sort_values("median_s").merge(comparisons, on="configuration", suffixes=("", "_of_comparison"))
    assert list(as_fast(ordered)["workers"]) == [10]
    assert list(as_fast(ordered, margin=0.05)["workers"]) == [2, 10]


def test_swept_are_the_contenders_of_several_numbers_of_workers() -> None:
    assert swept(factories.campaign(contenders=SWEEP).experiments["cpu"]) == ["threading"]
