"""What is mended in Snakemake: that it ends when told to, and doesn't schedule more and more often."""

from __future__ import annotations

import signal
from threading import Lock, Semaphore
from time import sleep

import pytest
from snakemake.scheduling.job_scheduler import JobScheduler

from concbench.workflow import snakemake_patches


@pytest.fixture
def scheduler() -> JobScheduler:
    """As much of a scheduler as is mended."""
    snakemake_patches.mend()
    bare = object.__new__(JobScheduler)
    bare._lock, bare._open_jobs, bare._user_kill = Lock(), Semaphore(0), None
    return bare


def test_it_ends_though_it_is_told_to_while_it_holds_the_lock_that_its_handler_takes(scheduler: JobScheduler) -> None:
    with scheduler._lock:
        scheduler.exit_gracefully(signal.SIGTERM, None)
    assert scheduler._open_jobs.acquire(timeout=5)
    assert scheduler._user_kill == "graceful"


def test_many_rounds_bring_about_one_more(scheduler: JobScheduler) -> None:
    for _ in range(100):
        scheduler._schedule_reevalutation(0.02)
    assert scheduler._open_jobs.acquire(timeout=5)
    sleep(0.05)
    assert not scheduler._open_jobs.acquire(blocking=False)


def test_after_that_round_another_may_come(scheduler: JobScheduler) -> None:
    for _ in range(2):
        scheduler._schedule_reevalutation(0.0)
        assert scheduler._open_jobs.acquire(timeout=5)
