"""Set up Snakemake's scheduler so that it neither slows down nor hangs."""

from __future__ import annotations

import signal
from threading import Thread
from typing import Any

from concbench.environment.node import hands_out


def quicken(scheduler: Any) -> None:
    """Keep Snakemake's scheduler from slowing down over many jobs, and from hanging on a SIGTERM.

    Without this, each round of scheduling starts a timer for another round, because there is a limit to the rate of jobs. And
    the handler of SIGTERM takes a lock that the interrupted code may hold; here it runs in a thread.
    """
    if not hands_out():
        scheduler.job_rate_limiter = None
    graceful = signal.getsignal(signal.SIGTERM)
    if callable(graceful):
        signal.signal(signal.SIGTERM, lambda *received: Thread(target=graceful, args=received, daemon=True).start())
