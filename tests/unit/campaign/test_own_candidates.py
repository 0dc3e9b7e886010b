"""Test which contenders suit which kind of work, on made-up pilots."""

from __future__ import annotations

import pytest
from support.pilots import IN_PROPORTION, NO_GAIN, TWO_CPUS, UP_TO_EIGHT, facts, pilot

from concbench.campaign.own_candidates import Candidate, baseline, candidates, chunk_sizes, left_out, nice
from concbench.records.run_record import Workers

BOTH = facts(do_async="do_async")


def named(found: list[Candidate]) -> list[tuple[str, Workers | None]]:
    return [(one.contender, one.workers) for one in found]


def test_waiting_work_gets_threads_around_the_best_number_and_processes_last() -> None:
    found = named(candidates(pilot(cpu_share=0.02, threads=UP_TO_EIGHT), facts(), 2))
    assert found[:2] == [("threads", 8), ("threads", 16)]
    assert set(found) == {
        ("threads", 4),
        ("threads", 8),
        ("threads", 16),
        ("threads", "default"),
        ("to_thread", "default"),
        ("processes", "default"),
    }
    assert found[-1] == ("processes", "default")


def test_waiting_work_that_still_gains_gets_more_threads_than_were_tried() -> None:
    found = named(candidates(pilot(cpu_share=0.02, threads=IN_PROPORTION), facts(), 2))
    assert [workers for name, workers in found if name == "threads"] == [64, 128, 256, 32, "default"]


def test_waiting_work_with_do_async_begins_with_asyncio() -> None:
    found = named(candidates(pilot(cpu_share=0.02, threads=UP_TO_EIGHT, tasks=IN_PROPORTION), BOTH, 2))
    assert found[:4] == [("asyncio", "all"), ("threads", 8), ("asyncio", 64), ("threads", 16)]


def test_computing_that_holds_the_lock_begins_with_processes_and_shows_two_threads() -> None:
    found = named(candidates(pilot(0.05, threads=NO_GAIN), facts(), 4))
    assert found[:2] == [("processes", "default"), ("threads", 2)]


def test_computing_that_lets_go_of_the_lock_gets_threads_up_to_twice_the_cpus() -> None:
    found = named(candidates(pilot(0.05, threads=TWO_CPUS), facts(), 4))
    assert {workers for name, workers in found if name == "threads"} == {2, 4, 8, "default"}
    assert found[0][0] == "threads"


def test_computing_with_do_async_gets_event_loops_in_processes() -> None:
    found = candidates(pilot(0.05, threads=NO_GAIN), BOTH, 4)
    assert ("event_loops", "all") in named(found)
    assert next(one.options for one in found if one.contender == "event_loops") == {"processes": 4}


def test_a_library_with_threads_of_its_own_is_tried_with_one() -> None:
    seen = pilot(0.02, process_cpu_s=0.38, threads=NO_GAIN)  # 1.9 CPUs
    with_one = {one.contender for one in candidates(seen, facts(), 2) if one.options.get("numeric_threads") == 1}
    assert with_one == {"sync_numeric_1", "threads_numeric_1", "processes"}
    assert ("threads", 2) in named(candidates(seen, facts(), 2))  # also as the user has it


def test_what_cannot_run_is_left_out_with_the_reason() -> None:
    assert left_out(pilot(), facts()) == {"asyncio": "it has no do_async(item)"}
    assert left_out(pilot(cannot_pickle="its items cannot be pickled"), BOTH) == {
        "process_pool_executor": "its items cannot be pickled"
    }
    only_async = facts(do=None, do_async="do_async")
    assert set(left_out(pilot(), only_async)) == {"thread_pool", "process_pool_executor"}
    unable = pilot(cannot_thread="it fails with several threads")
    assert {one.model for one in candidates(unable, facts(), 2)} == {"process_pool_executor"}


def test_a_file_without_do_is_compared_with_one_task_at_a_time() -> None:
    assert (baseline(facts()).model, baseline(facts()).workers) == ("sync", None)
    one = baseline(facts(do=None, do_async="do_async"))
    assert (one.model, one.workers) == ("asyncio", 1)


def test_short_items_get_several_sizes_of_chunks() -> None:
    assert chunk_sizes(0.01) == [1]
    assert chunk_sizes(0.001) == [5, 1, 2]  # 5 ms, and the root
    assert chunk_sizes(1e-6) == [1000, 1, 30]


def test_nice_numbers() -> None:
    assert [nice(number) for number in (1, 4, 6, 9, 10, 192, 7999, 100_000)] == [1, 3, 5, 7, 10, 100, 7000, 100_000]


def test_items_that_cannot_be_pickled_are_sent_to_no_event_loops_either() -> None:
    def loops(why: str | None) -> list[Candidate]:
        found = candidates(pilot(0.05, threads=NO_GAIN, cannot_pickle=why), BOTH, 2)
        return [one for one in found if one.model == "process_event_loops"]

    assert loops(None)
    assert not loops("its items cannot be pickled")


def test_handing_over_short_items_takes_longer_than_doing_them() -> None:
    """An item of 1 µs takes 16 µs in a pool of threads, and 101 µs by to_thread."""
    found = candidates(pilot(1e-6, threads=[(2, 1.0)]), facts(), 2)
    expected = {one.contender: one.speedup for one in found}
    assert expected["threads"] == pytest.approx(1 / 16)
    assert expected["to_thread"] == pytest.approx(1 / 101)
