"""Make what readers see first: the findings in large letters, and the bars beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import factories
from support.own_work import own_config, steady

from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import campaign_of
from concbench.records.rows import WarningRow
from concbench.report.at_a_glance import Glance, glance, trust

MANY = {"sync": {"model": "sync"}, **{name: {"model": "thread_pool", "workers": [2]} for name in ("one", "other")}}


def seen(folder: Path, campaign: Campaign, times: factories.Times) -> Glance:
    return glance(factories.synthetic(folder, campaign, times))


def test_a_finding_has_the_paired_speed_up_and_its_confidence_interval(tmp_path: Path) -> None:
    times: factories.Times = {
        "sync": [4.0, 4.4, 4.2, 4.8, 4.0],
        "threading": [2.0, 2.2, 2.1, 2.4, 2.0],
    }  # twice as fast in each block
    (fact,) = seen(tmp_path, factories.campaign(5), times).facts
    assert (fact.subject, fact.finding, fact.link) == ("cpu", "threading: 2×", "#experiment-cpu")
    assert fact.details == "as fast as sync, with 2 workers (94 % CI without width). Fastest of 2 contenders."


def test_a_tie_is_no_fastest(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 5, "one": [2.0, 2.1, 1.9, 2.0, 2.05], "other": [2.05, 2.0, 2.0, 1.95, 2.1]}
    (fact,) = seen(tmp_path, factories.campaign(5, contenders=MANY), times).facts
    assert fact.details.endswith("Shortest median of 3 contenders; 1 other may be as fast.")


def test_an_inconclusive_finding_says_so(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0, 4.2, 3.9, 4.1, 4.0], "threading": [3.6, 4.3, 3.8, 3.9, 3.7]}
    (fact,) = seen(tmp_path, factories.campaign(5), times).facts
    assert "; inconclusive). Shortest median of 2 contenders; 1 other may be as fast." in fact.details


def test_where_the_baseline_is_fastest_its_time_is_the_finding(tmp_path: Path) -> None:
    (fact,) = seen(tmp_path, factories.campaign(5), {"sync": [4.0] * 5, "threading": [5.0] * 5}).facts
    assert (fact.finding, fact.details) == ("sync", "4 s. Fastest of 2 contenders.")


def test_too_few_blocks_give_no_confidence_interval(tmp_path: Path) -> None:
    (fact,) = seen(tmp_path, factories.campaign(3), {"sync": [4.0] * 3, "threading": [2.0] * 3}).facts
    assert fact.details == (
        "as fast as sync, with 2 workers. Shortest median of 2 contenders, in too few blocks for a verdict."
    )


def test_without_a_baseline_nothing_is_compared(tmp_path: Path) -> None:
    found = seen(tmp_path, factories.campaign(5), {"sync": ["failed"] * 5, "threading": [2.0] * 5})
    (fact,) = found.facts
    assert fact.finding == "threading"
    assert fact.details.startswith("2 s with 2 workers. No other contender has runs that count.")
    assert found.bars == []


def test_of_many_conditions_the_largest_and_the_smallest_gain_are_shown(tmp_path: Path) -> None:
    campaign = factories.campaign(5, sizes=[4, 8, 16])
    data = factories.synthetic(tmp_path, campaign, {"sync": [4.0] * 5, "threading": [2.0] * 5})
    table = data.tables["comparisons"]
    for size, speedup in {4: 1.5, 8: 3.0, 16: 2.0}.items():
        table.loc[(table["size"] == size) & (table["contender"] == "threading"), "speedup"] = speedup
    facts = glance(data).facts
    assert [(fact.subject, fact.finding) for fact in facts] == [
        ("Largest gain of 3: cpu, 8 items", "threading: 3×"),
        ("Smallest gain of 3: cpu, 4 items", "threading: 1.5×"),
    ]


def test_with_work_of_ones_own_the_largest_size_is_shown(tmp_path: Path) -> None:
    campaign = campaign_of(own_config(sizes=[10, 100]))
    medians = {"sync": 4.0, "threads/2": 2.0, "threads/4": 1.0, "threads/8": 1.1, "processes": 3.0}
    found = seen(tmp_path, campaign, {name: steady(median) for name, median in medians.items()})
    assert [bars.title for bars in found.bars] == ["My work, 100 items"]


def test_bars_are_as_long_as_their_speed_ups_on_an_axis_from_zero(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 5, "one": [2.0] * 5, "other": [8.0, 8.0, 8.0, 8.0, 8.0]}
    (bars,) = seen(tmp_path, factories.campaign(5, contenders=MANY), times).bars
    assert bars.meaning == "speed-up over sync [94 % CI]"
    assert [(bar.name, bar.speedup, bar.verdict) for bar in bars.bars] == [
        ("one with 2 workers", "2", "faster"),
        ("sync", "1", "baseline"),
        ("other with 2 workers", "0.5", "slower"),
    ]
    one = bars.one
    assert [bar.length for bar in bars.bars] == pytest.approx([2 * one, one, one / 2])
    assert 0.9 < bars.bars[0].length < 1


def test_no_more_bars_are_drawn_than_can_be_read(tmp_path: Path) -> None:
    names = [f"threads_{n}" for n in range(11)]
    contenders = {"sync": {"model": "sync"}, **{name: {"model": "thread_pool", "workers": [2]} for name in names}}
    times: factories.Times = {"sync": [4.0] * 5, **{name: [2.0 + n / 10] * 5 for n, name in enumerate(names)}}
    (bars,) = seen(tmp_path, factories.campaign(5, contenders=contenders), times).bars
    assert (len(bars.bars), bars.more) == (8, 4)


def test_trust_counts_warnings_and_runs_that_do_not_count(tmp_path: Path) -> None:
    data = factories.synthetic(tmp_path, factories.campaign(2), {"sync": [4.0, "failed"], "threading": [2.0] * 2})
    warnings = [WarningRow(kind, None, None, "so it is", "do it") for kind in ("one", "one", "other")]
    found = trust(data.tables["runs"], warnings)
    assert (found.finding, found.details) == ("3 warnings", "They are of 2 kinds. 1 of 4 runs don't count.")
    assert trust(data.tables["runs"].head(1), []).finding == "No warnings"
