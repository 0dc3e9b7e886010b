"""A mend of Snakemake 9.27: a SIGTERM that comes while it chooses the next job must not hang it for ever.

Its handler takes a lock that the interrupted code may hold already. Here it waits for that lock in a thread of its own.
"""

from __future__ import annotations

from threading import Thread

from snakemake.scheduling.job_scheduler import JobScheduler

exit_gracefully = JobScheduler.exit_gracefully


def exit_gracefully_in_a_thread(scheduler: JobScheduler, *_: object) -> None:
    Thread(target=exit_gracefully, args=(scheduler,), daemon=True).start()


def mend() -> None:
    JobScheduler.exit_gracefully = exit_gracefully_in_a_thread
