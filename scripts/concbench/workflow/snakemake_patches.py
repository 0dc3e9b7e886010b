"""Two mends of Snakemake 9.27's scheduler, which each campaign begins with.

A SIGTERM that comes while it chooses the next job hangs it for ever: its handler takes a lock that the interrupted code may
hold already. And each round of scheduling starts a thread that brings about another round a second later, which does the
same, so that after some hundreds of jobs it does little else.
"""

from __future__ import annotations

from threading import Thread, Timer

from snakemake.scheduling.job_scheduler import JobScheduler

exit_gracefully = JobScheduler.exit_gracefully
PENDING = "reevaluation_pending"


def exit_gracefully_in_a_thread(scheduler: JobScheduler, *_: object) -> None:
    """Wait for the lock elsewhere, so that the interrupted code can go on and release it."""
    Thread(target=exit_gracefully, args=(scheduler,), daemon=True).start()


def reevaluate_once(scheduler: JobScheduler, delay: float) -> None:
    """Bring about another round of scheduling, unless one is pending already."""
    if getattr(scheduler, PENDING, False):
        return
    setattr(scheduler, PENDING, True)

    def reevaluate() -> None:
        setattr(scheduler, PENDING, False)
        scheduler._open_jobs.release()

    timer = Timer(delay, reevaluate)
    timer.daemon = True
    timer.start()


def mend() -> None:
    JobScheduler.exit_gracefully = exit_gracefully_in_a_thread
    JobScheduler._schedule_reevalutation = reevaluate_once
