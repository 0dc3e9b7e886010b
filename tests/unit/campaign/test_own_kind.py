"""Test which kind of work a pilot shows, and which numbers of workers."""

from __future__ import annotations

import pytest
from support.pilots import IN_PROPORTION, NO_GAIN, TWO_CPUS, UP_TO_EIGHT, pilot

from concbench.campaign.own_kind import Kind, best_workers, kind_of, speedup_with, still_gains
from concbench.measured.pilot_answer import SpeedUp
from concbench.records.pilot import Pilot


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (pilot(cpu_share=0.02, threads=IN_PROPORTION), Kind.WAITING),
        (pilot(cpu_share=1.0, threads=NO_GAIN), Kind.HOLDS_LOCK),
        (pilot(cpu_share=1.0, threads=TWO_CPUS), Kind.RELEASES_LOCK),
        (pilot(cpu_share=1.0, threads=[]), Kind.HOLDS_LOCK),  # threads fail
        (pilot(cpu_share=0.0, children_cpu_s=0.5, threads=TWO_CPUS), Kind.RELEASES_LOCK),  # programs compute
        (pilot(cpu_share=1.0, process_cpu_s=0.9, threads=NO_GAIN), Kind.USES_LIBRARY_THREADS),
    ],
)
def test_kinds(seen: Pilot, kind: Kind) -> None:
    assert kind_of(seen) == kind


def test_waiting_for_a_cpu_that_others_use_is_not_the_works_waiting() -> None:
    """The item has the CPU for 0.2 of 0.5 s, and waits for it for the rest."""
    assert kind_of(pilot(cpu_share=0.4, threads=NO_GAIN)) == Kind.WAITING
    assert kind_of(pilot(cpu_share=0.4, delay_s=0.3, threads=NO_GAIN)) == Kind.HOLDS_LOCK


@pytest.mark.parametrize(
    ("ladder", "workers", "gains"), [(IN_PROPORTION, 64, True), (UP_TO_EIGHT, 8, False), (NO_GAIN, 2, False)]
)
def test_the_fewest_workers_that_are_about_the_best(ladder: list[tuple[int, float]], workers: int, gains: bool) -> None:
    steps = [SpeedUp(*step) for step in ladder]
    assert (best_workers(steps), still_gains(steps)) == (workers, gains)


def test_no_ladder_means_one_worker() -> None:
    assert (best_workers([]), still_gains([]), speedup_with([], 8)) == (1, False, 1.0)


def test_a_gain_that_may_be_noise_is_none() -> None:
    assert speedup_with([SpeedUp(2, 1.1)], 2) == 1.0
    assert speedup_with([SpeedUp(2, 0.8)], 2) == 0.8


def test_the_speed_up_of_more_workers_than_tried_grows_only_if_it_did() -> None:
    growing, full = ([SpeedUp(*step) for step in ladder] for ladder in (IN_PROPORTION, UP_TO_EIGHT))
    assert speedup_with(growing, 128) == pytest.approx(110)
    assert speedup_with(full, 128) == pytest.approx(7.2)
    assert speedup_with(full, 5) == pytest.approx(3.9)


def test_a_few_long_items_count_for_what_a_job_takes() -> None:
    """Of 20 items, 19 take 1 ms and one takes 981 ms: 50 ms each."""
    assert pilot(item_s=0.001, cpu_share=0.0, elapsed_s=1.0, items_done=20).item_s == pytest.approx(0.05)
