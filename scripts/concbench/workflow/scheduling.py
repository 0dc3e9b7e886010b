"""Snakemake's scheduler, set up where it has slowed down and hung before."""

from __future__ import annotations

import signal
from threading import Thread
from typing import Any

from concbench.environment.node import hands_out


def quicken(scheduler: Any) -> None:
    """Keep Snakemake's scheduler from slowing down over many jobs, and from hanging at a SIGTERM.

    Each round of scheduling starts a timer for another round, unless there is no limit to the rate of jobs. And its
    handler of SIGTERM takes a lock that the interrupted code may hold, so the handler runs in a thread here.
    """
    if not hands_out():
        scheduler.job_rate_limiter = None
    graceful = signal.getsignal(signal.SIGTERM)
    if callable(graceful):
        signal.signal(signal.SIGTERM, lambda *received: Thread(target=graceful, args=received, daemon=True).start())
