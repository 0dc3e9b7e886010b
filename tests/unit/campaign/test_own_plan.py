"""Test plans for made-up pilots: that they fit into the budget, and what they give up for that."""

from __future__ import annotations

from typing import Any

import pytest
from support.pilots import FULL, HOLDS, IN_PROPORTION, NO_GAIN, PROFILES, WAITING, facts, pilot

from concbench.campaign.own_plan import AT_LEAST, NoPlan, Plan, first_look_s, measuring_s, plan
from concbench.records.pilot import Pilot


@pytest.mark.parametrize("budget_s", [95, 300, 3000])
@pytest.mark.parametrize("seen", PROFILES.values(), ids=PROFILES)
def test_a_plan_leaves_time_after_the_first_look(seen: Pilot, budget_s: float) -> None:
    made = plan(seen, facts(), 2, budget_s)
    assert first_look_s(made, seen, facts()) <= 0.7 * budget_s
    assert len(made.contenders) >= 2
    assert list(made.sizes) == sorted(set(made.sizes))


def test_a_larger_budget_measures_more() -> None:
    small, large = plan(FULL, facts(), 2, 95), plan(FULL, facts(), 2, 600)
    assert len(large.contenders) > len(small.contenders)
    assert large.sizes[-1] > small.sizes[-1]
    assert (len(large.sizes), large.has_control) == (3, True)


def test_waiting_work_gets_as_many_items_as_help_at_a_time() -> None:
    assert plan(WAITING, facts(), 2, 95).sizes[-1] >= 64


def test_no_contender_has_more_workers_than_items() -> None:
    made = plan(WAITING, facts(), 2, 95)
    assert all(one.workers <= made.sizes[-1] for one in made.contenders if isinstance(one.workers, int))


def test_numbers_of_workers_that_are_nearly_the_same_count_once() -> None:
    """Of 70 items, 64 at a time are nearly all."""
    seen = pilot(0.05, 0.02, threads=IN_PROPORTION, tasks=IN_PROPORTION)
    made = plan(seen, facts(do_async="do_async"), 2, 95)
    assert (made.sizes, [one.workers for one in made.contenders if one.contender == "asyncio"]) == ([70], ["all"])


def test_the_small_size_is_about_where_processes_begin_to_pay() -> None:
    """Two processes take 0.06 s to start, and save 1 ms an item: 60 items. The plan takes a size from there on, rounded."""
    assert 60 <= plan(HOLDS, facts(), 2, 95).sizes[0] <= 120


def test_contenders_that_take_many_times_as_long_as_a_loop_are_left_out() -> None:
    """Sent one at a time, each item of a microsecond costs a tenth of a millisecond."""
    made = plan(PROFILES["shorter"], facts(), 2, 300)
    assert "processes" not in {one.contender for one in made.contenders}


def test_no_more_items_are_planned_than_there_are() -> None:
    assert plan(PROFILES["three items"], facts(), 2, 300).sizes[-1] == 3


def test_one_item_cannot_be_done_at_a_time() -> None:
    with pytest.raises(NoPlan, match="ITEMS has 1 item"):
        plan(pilot(items_available=1), facts(), 2, 95)


@pytest.mark.parametrize("large", [{"item_bytes": 3e8}, {"result_bytes": 3e8}])
def test_huge_items_are_still_two(large: dict[str, Any]) -> None:
    assert plan(pilot(threads=NO_GAIN, **large), facts(), 2, 95).sizes[-1] == 2


def test_results_limit_the_items_as_well() -> None:
    """200 MB hold 2 items of 90 MB with results of 10 MB, as they hold 20 with items of nothing."""
    assert plan(pilot(threads=NO_GAIN, item_bytes=9e7, result_bytes=1e7), facts(), 2, 3000).sizes[-1] == 2
    assert plan(pilot(threads=NO_GAIN, item_bytes=0, result_bytes=1e7), facts(), 2, 3000).sizes[-1] == 20


def test_work_that_no_model_but_a_loop_can_run_is_not_measured() -> None:
    alone = pilot(cannot_thread="it fails with several threads", cannot_pickle="its items cannot be pickled")
    with pytest.raises(NoPlan, match=r"one item after the other\. asyncio: .*; thread_pool: .*; process_pool_executor: "):
        plan(alone, facts(), 2, 95)


def test_what_an_error_says_is_on_one_line_without_its_escapes() -> None:
    with pytest.raises(NoPlan, match=r"asyncio: it fails \?\[31m; .* it has no do\(item\)\.$"):
        plan(pilot(cannot_await="it fails\n\x1b[31m"), facts(do=None, do_async="do_async"), 2, 95)


def test_a_budget_that_is_too_small_says_which_one_is_enough() -> None:
    slow = pilot(1.0, threads=NO_GAIN)
    with pytest.raises(NoPlan, match=r"as an item takes 1 s\. Give a larger budget or smaller items: BUDGET=3m\."):
        plan(slow, facts(), 2, 95)
    assert plan(slow, facts(), 2, measuring_s(180, pilot_s=10)).sizes


def test_the_time_until_the_first_look_adds_up() -> None:
    """Seven blocks of a micro-benchmark (1.5 s) and of two runs, each 0.4 s beside 10 items of 0.1 s, done again 8 times."""
    seen = pilot(0.1, import_s=0.0, make_item_s=0.0)
    alone = Plan(plan(seen, facts(), 2, 600).baseline, [], has_control=True, sizes=[10])
    assert first_look_s(alone, seen, facts()) == pytest.approx(AT_LEAST * (1.5 + 2 * (0.4 + 1.0 + 0.8)))
    assert first_look_s(alone, seen, facts(has_check=True)) == pytest.approx(AT_LEAST * (1.5 + 2 * (0.4 + 1.0)))
