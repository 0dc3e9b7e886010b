"""Test which runs the plan contains, and their order."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from support import factories

from concbench.campaign.campaign import Campaign
from concbench.campaign.order import Order
from concbench.campaign.plan import Run, configurations, number_of_workers, plan, spec

SWEEP = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [2, 5]}}


POOLS = {
    "threads": {"model": "thread_pool", "workers": ["default", "cpus", "all", 3]},
    "processes": {"model": "multiprocessing_pool", "workers": ["default"]},
}


def order_of(campaign: Campaign, block: int) -> list[str]:
    return [run.configuration.name for run in plan(campaign) if run.block == block]


def test_every_configuration_is_measured_once_in_every_block() -> None:
    campaign = factories.campaign(repetitions=3, sizes=[4, 8], contenders=SWEEP)
    runs = [(run.block, run.configuration.name) for run in plan(campaign)]
    assert len(set(runs)) == len(runs) == 3 * 2 * 3
    assert [run.order for run in plan(campaign)] == list(range(1, 19))
    assert [run.block for run in plan(campaign)] == sorted(run.block for run in plan(campaign))


def test_the_same_plan_gives_the_same_order_and_another_order_another() -> None:
    campaign = factories.campaign(sizes=list(range(1, 13)))
    assert plan(campaign) == plan(campaign)
    assert order_of(campaign, 1) != order_of(replace(campaign, order=Order(2)), 1)
    assert order_of(campaign, 1) == order_of(replace(campaign, seed=2), 1)


def test_the_order_is_drawn_anew_for_each_block() -> None:
    campaign = factories.campaign(sizes=list(range(1, 13)))
    assert order_of(campaign, 1) != order_of(campaign, 2)
    assert sorted(order_of(campaign, 1)) == sorted(order_of(campaign, 2))


def test_another_configuration_comes_last_in_blocks_that_have_begun() -> None:
    few, more = factories.campaign(sizes=list(range(1, 13))), factories.campaign(sizes=list(range(1, 15)))
    begun = replace(more, order=replace(more.order, blocks={1: order_of(few, 1)}))
    assert order_of(begun, 1)[:24] == order_of(few, 1)
    assert sorted(order_of(begun, 1)) == sorted(order_of(more, 1))
    assert order_of(begun, 2) == order_of(more, 2)


def test_more_repetitions_leave_the_first_blocks_as_they_are() -> None:
    few, more = factories.campaign(repetitions=2), factories.campaign(repetitions=4)
    assert plan(more)[: len(plan(few))] == plan(few)


def test_the_control_is_planned_beside_the_contender_that_it_repeats() -> None:
    campaign = factories.campaign(control="threading")
    assert [configuration.contender for configuration in configurations(campaign)] == ["sync", "threading", "control"]


def test_configurations_have_names_that_tell_them_apart() -> None:
    campaign = factories.campaign(sizes=[4, 8], contenders=SWEEP)
    names = [configuration.name for configuration in configurations(campaign)]
    assert len(set(names)) == len(names) == 6
    assert names[0] == "cpu-sync-w1-n4-default"


def test_every_server_profile_is_a_configuration_of_its_own() -> None:
    downloads = factories.campaign(workload="download", servers=["near"])
    assert [configuration.server for configuration in configurations(downloads)] == ["near", "near"]
    assert configurations(downloads)[0].name == "cpu-sync-w1-n4-near-default"


def test_the_specification_says_what_timing_rests_on_and_no_more() -> None:
    campaign = factories.campaign()
    run = Run(configurations(campaign)[1], block=1, order=2)
    more = replace(campaign, blocks=(1, 2, 3, 4), best_of=9, timeout_s=1)
    assert spec(campaign, run) == spec(more, replace(run, order=7))
    assert spec(campaign, run) != spec(replace(campaign, seed=2), run)
    assert spec(campaign, run) != spec(campaign, replace(run, block=2))


NAMES = st.sampled_from("abcdefgh")
CONTENDERS = st.dictionaries(NAMES, st.lists(st.integers(1, 50), min_size=1, max_size=3, unique=True), min_size=1, max_size=4)
SIZES = st.lists(st.integers(1, 99), min_size=1, max_size=3, unique=True)


def planned(contenders: dict[str, list[int]], sizes: list[int], blocks: int) -> list[Run]:
    """Return the plan of a campaign with these numbers of workers and sizes."""
    models = {name: {"model": "thread_pool", "workers": workers} for name, workers in contenders.items()}
    return plan(factories.campaign(blocks, sizes=sizes, contenders=models, baseline=next(iter(models))))


@given(CONTENDERS, SIZES, st.integers(1, 4))
def test_whatever_the_config_each_block_has_each_configuration_once(
    contenders: dict[str, list[int]], sizes: list[int], blocks: int
) -> None:
    runs = planned(contenders, sizes, blocks)
    names = [(run.block, run.configuration.name) for run in runs]
    assert len(set(names)) == len(names) == blocks * len(sizes) * sum(map(len, contenders.values()))
    assert [run.order for run in runs] == list(range(1, len(runs) + 1))
    assert [run.block for run in runs] == sorted(run.block for run in runs)


def test_a_number_of_workers_may_be_that_of_cpus_of_items_or_the_models_own() -> None:
    campaign = factories.campaign(sizes=[7], baseline="threads", contenders=POOLS)
    numbers = [number_of_workers(campaign, one, cpus=2, python_cpus=8) for one in configurations(campaign)]
    assert numbers == [12, 2, 7, 3, 8]
    most = [number_of_workers(campaign, one, cpus=64, python_cpus=64) for one in configurations(campaign)]
    assert most == [32, 64, 7, 3, 64], "ThreadPoolExecutor has at most 32 threads by default"
