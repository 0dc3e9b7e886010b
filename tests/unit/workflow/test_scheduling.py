"""Test that Snakemake's scheduler ends on a signal, and that many jobs start no timers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Lock, Semaphore

import pytest
from snakemake.scheduling.job_scheduler import JobRateLimiter, JobScheduler
from snakemake.settings.types import MaxJobsPerTimespan

from concbench.common.paths import SCRIPTS
from concbench.common.variables import HAND_OUT_VARIABLE
from concbench.workflow.scheduling import quicken

JOBS = 20
SNAKEFILE = """
from concbench.workflow.scheduling import quicken

onstart:
    if config["quickened"]:
        quicken(workflow.scheduler)

rule all:
    input: expand("{number}.txt", number=range(%d))

rule one:
    output: "{number}.txt"
    shell: "touch {output}"
"""
COUNT = """
import sys
from snakemake.cli import main
from snakemake.scheduling.job_scheduler import JobScheduler

usual, timers = JobScheduler._schedule_reevalutation, []

def counted(self, delay):
    timers.append(delay)
    return usual(self, delay)

JobScheduler._schedule_reevalutation = counted
try:
    main(sys.argv[1:])
finally:
    print(len(timers))
"""


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> Iterator[JobScheduler]:
    """Make the parts of a scheduler that ``quicken`` changes, with its signal handler installed as by Snakemake."""
    monkeypatch.delenv(HAND_OUT_VARIABLE, raising=False)
    bare = object.__new__(JobScheduler)
    bare._lock, bare._open_jobs, bare._user_kill = Lock(), Semaphore(0), None
    bare.job_rate_limiter = JobRateLimiter(MaxJobsPerTimespan(100, "1s"))
    usual = signal.signal(signal.SIGTERM, bare.exit_gracefully)
    yield bare
    signal.signal(signal.SIGTERM, usual)


def test_it_ends_even_on_a_signal_while_it_has_the_lock_that_its_handler_takes(scheduler: JobScheduler) -> None:
    quicken(scheduler)
    with scheduler._lock:
        os.kill(os.getpid(), signal.SIGTERM)
        assert not scheduler._open_jobs.acquire(timeout=0.05)
    assert scheduler._open_jobs.acquire(timeout=5)
    assert scheduler._user_kill == "graceful"


def test_it_ends_on_a_signal_at_any_other_time(scheduler: JobScheduler) -> None:
    quicken(scheduler)
    os.kill(os.getpid(), signal.SIGTERM)
    assert scheduler._open_jobs.acquire(timeout=5)
    assert scheduler._user_kill == "graceful"


def test_a_cluster_is_still_asked_for_no_more_jobs_at_once_than_the_rate_allows(
    scheduler: JobScheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HAND_OUT_VARIABLE, "slurm")
    quicken(scheduler)
    assert scheduler.job_rate_limiter.get_free_jobs() == 100


def test_a_process_whose_end_is_nobodys_to_handle_is_left_alone(scheduler: JobScheduler) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    quicken(scheduler)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


@pytest.mark.parametrize("quickened", [True, False])
def test_rounds_of_scheduling_start_no_timers_which_would_bring_about_more_rounds(quickened: bool, tmp_path: Path) -> None:
    (tmp_path / "Snakefile").write_text(SNAKEFILE % JOBS, encoding="utf-8")
    command = [sys.executable, "-c", COUNT, "--cores", "1", "--quiet", "all", "--config", f"quickened={quickened}"]
    environment = {name: value for name, value in os.environ.items() if name != HAND_OUT_VARIABLE}
    environment["PYTHONPATH"] = str(SCRIPTS)
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=True)
    assert len(list(tmp_path.glob("*.txt"))) == JOBS
    timers = int(done.stdout.split()[-1])
    assert timers == 0 if quickened else timers >= JOBS
